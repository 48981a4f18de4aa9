"""Parameters as people type them, on the command line, in files and in forms."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nb2prod.errors import Problem, UsageError

WRITE_YAML = "write one `name: value` a line"
BOOL, NULL = "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null"
INT, FLOAT = "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"
PLAIN = (
    (BOOL, r"true|True|TRUE|false|False|FALSE", "tTfF"),
    (NULL, r"null|Null|NULL|None|~", "nN~"),
    (INT, r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    (FLOAT, r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
)
"""What a word that is not quoted means, as in YAML 1.2: PyYAML's own rules are those of 1.1, in which ``no`` is a truth
value, ``1e5`` a text, ``1:30`` a number and ``2024-01-31`` a date. Tag, pattern, first characters."""

NOT_AS_IT_IS = re.compile("[^ -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""Characters that YAML wants escaped, or takes for the end of a line."""


def parameters_from(given: Iterable[tuple[str, str]], file: Path | None) -> dict[str, Any]:
    """Return name to value, ``-p`` before the file.

    ``3`` is a whole number, ``0.5`` and ``1e5`` are numbers, ``true`` and ``false`` truth values, ``null`` is nothing,
    ``[1, 2]`` a list, ``{a: 1}`` an object; what is in quotes and everything else is a text.

    Raises ``UsageError`` where the file cannot be read or is not a mapping.
    """
    found = _read(file) if file is not None else {}
    return {**found, **{name: _value(text) for name, text in given}}


def as_typed(value: Any) -> str:
    """Return what to type for a value, so that :func:`parameters_from` reads the same of it."""
    if isinstance(value, str) and _value(value) == value:
        return value
    return NOT_AS_IT_IS.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def _value(text: str) -> Any:
    import yaml

    bare = text.strip()
    plain = any(re.fullmatch(pattern, bare) for _, pattern, _ in PLAIN)
    if not plain and not bare.startswith(("[", "{", '"', "'")):
        return text
    try:
        return _load(text)
    except yaml.YAMLError:
        return text


def _read(file: Path) -> dict[str, Any]:
    import yaml

    try:
        loaded = _load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(Problem(f"cannot be read: {error.strerror}", str(file), "name a file that is there")) from None
    except UnicodeDecodeError:
        raise UsageError(Problem("is not UTF-8 text", str(file), WRITE_YAML)) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise UsageError(Problem(f"is not YAML: {error}", str(file), WRITE_YAML)) from None
    if loaded is None:
        return {}
    if not isinstance(loaded, dict) or not all(isinstance(key, str) for key in loaded):
        raise UsageError(Problem("is not a mapping of names to values", str(file), WRITE_YAML))
    return loaded


def _load(text: str) -> Any:
    import yaml

    class Loader(yaml.SafeLoader):
        """Reads YAML 1.2's core schema."""

        yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  (PyYAML's own)

    for tag, pattern, first in PLAIN:
        Loader.add_implicit_resolver(tag, re.compile(f"(?:{pattern})$"), list(first))
    Loader.add_implicit_resolver(NULL, re.compile("$"), [""])
    Loader.add_constructor(INT, lambda loader, node: int(node.value))
    Loader.add_constructor(FLOAT, lambda loader, node: float(node.value))
    return yaml.load(text, Loader)
