"""scikit-learn objects through skops: no code in the file is executed, every type is checked."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from copy import copy
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

from skops.io import dumps, get_untrusted_types, loads

from .record import ArtifactError

TRUSTED_MODULES = (
    __name__.partition(".")[0],
{%- set known = ["catboost", "lightgbm", "numpy", "scipy", "sklearn", "xgboost"] %}
{%- for module in (known + cookiecutter.trusted_modules)|unique|sort %}
    {{ module|python }},
{%- endfor %}
)
TRUSTED_TYPES = (
    "builtins.frozenset",
    "builtins.object",
    "builtins.range",
    "collections.Counter",
    "collections.OrderedDict",
    "collections.defaultdict",
    "collections.deque",
    "datetime.date",
    "datetime.datetime",
    "datetime.timedelta",
    "decimal.Decimal",
    "functools.partial",
    "math.exp",
    "math.log",
    "math.log1p",
    "math.sqrt",
    "operator.attrgetter",
    "operator.itemgetter",
)

ADDRESSES = {"_stop_words_id"}
"""Attributes that hold where something else lies in memory, so as to know it again: they are made anew."""


def save(value: Any, path: Path) -> dict[str, Any]:
    """Write the object; return the types in it that loading has to trust.

    Raises:
        ArtifactError: if one of them is not from a module that is trusted here.
    """
    content = normalised(dumps(without_tables(searched(value))))
    types = sorted(get_untrusted_types(data=content))
    refuse_foreign(types, path)
    path.write_bytes(content)
    return {"types": types}


def searched(value: Any) -> Any:
    """Return a finished search with the distributions that it drew from as text: they hold code, and none draws again."""
    drawn = getattr(value, "param_distributions", None)
    if drawn is None or not hasattr(value, "best_estimator_"):
        return value
    known = copy(value)
    known.param_distributions = repr(drawn)
    return known


def without_tables(value: Any) -> Any:
    """Return a data set of scikit-learn's without its tables, which are training data: names of classes and columns stay."""
    if type(value).__name__ != "Bunch" or type(value).__module__.partition(".")[0] != "sklearn":
        return value
    tables = [name for name, item in value.items() if type(item).__module__.partition(".")[0] == "pandas"]
    return type(value)(**{name: item for name, item in value.items() if name not in tables})


def load(path: Path, details: Mapping[str, Any], build: Any = None) -> Any:
    """Return the object, if it holds no type but the recorded ones and these are trusted.

    Raises:
        ArtifactError: if it does.
    """
    content = path.read_bytes()
    types = get_untrusted_types(data=content)
    unrecorded = sorted(set(types) - set(details.get("types", [])))
    if unrecorded:
        raise ArtifactError(f"{path} holds types that are not recorded: {', '.join(unrecorded)}.")
    refuse_foreign(types, path)
    return loads(content, trusted=types)


def refuse_foreign(types: list[str], path: Path) -> None:
    """Raise unless all types come from modules that are trusted."""
    foreign = [name for name in types if not is_trusted(name)]
    if foreign:
        raise ArtifactError(f"{path} holds types that are not trusted: {', '.join(foreign)}.")


def is_trusted(name: str) -> bool:
    """Say whether a type, given by its full name, may be loaded."""
    return name in TRUSTED_TYPES or name.partition(".")[0] in TRUSTED_MODULES


def normalised(content: bytes) -> bytes:
    """Return the file with running numbers for memory addresses and without dates.

    skops names things by their address in memory, which differs from run to run.
    """
    with ZipFile(io.BytesIO(content)) as archive:
        schema = json.loads(archive.read("schema.json"))
        files: dict[str, str] = {}
        renumber(schema, {}, files)
        parts = {new: archive.read(old) for old, new in files.items()}
    parts["schema.json"] = json.dumps(schema, indent=1).encode()
    result = io.BytesIO()
    with ZipFile(result, "w") as archive:
        for name, part in parts.items():
            archive.writestr(ZipInfo(name), part)
    return result.getvalue()


def renumber(node: Any, ids: dict[int, int], files: dict[str, str]) -> None:
    """Give objects and files numbers in the order in which the schema names them."""
    if isinstance(node, list):
        for item in node:
            renumber(item, ids, files)
    if not isinstance(node, dict):
        return
    if node.get("__loader__") == "SetNode":
        node["content"].sort(key=lambda item: str(item.get("content")))
    for name in ADDRESSES & node.keys():
        node[name]["content"] = "0"
    if isinstance(node.get("__id__"), int):
        node["__id__"] = ids.setdefault(node["__id__"], len(ids) + 1)
    if "__loader__" in node and isinstance(node.get("file"), str):
        old = node["file"]
        node["file"] = files.setdefault(old, f"{len(files) + 1}{Path(old).suffix}")
    for item in node.values():
        renumber(item, ids, files)
