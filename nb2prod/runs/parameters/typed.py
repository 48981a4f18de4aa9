"""Parameters as people type them, on the command line, in files and in forms."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path, PurePath
from typing import Any

from nb2prod.errors import Problem, UsageError
from nb2prod.runs.parameters.checking import fitted, holds
from nb2prod.runs.parameters.model import ANYTHING, Declared, by_name
from nb2prod.runs.parameters.writing import source_of

WRITE_YAML = "write one `name: value` a line"
BOOL, NULL = "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null"
INT, FLOAT = "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"
PLAIN = (
    (BOOL, r"true|True|TRUE|false|False|FALSE", "tTfF"),
    (NULL, r"null|Null|NULL|None|~", "nN~"),
    (INT, r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    (
        FLOAT,
        r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        "-+.0123456789",
    ),
)
"""What a word that is not quoted means, as in YAML 1.2: PyYAML's own rules are those of 1.1, in which ``no`` is a truth
value, ``1e5`` a text, ``1:30`` a number and ``2024-01-31`` a date. Tag, pattern, first characters."""

NOT_AS_IT_IS = re.compile("[^ -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""Characters that YAML wants escaped, or takes for the end of a line."""


def parameters_from(
    given: Iterable[tuple[str, str]], file: Path | None, declared: Sequence[Declared] = ()
) -> dict[str, Any]:
    """Return name to value, ``-p`` before the file; texts of parameters that are ``declared`` are read by their types.

    Raises ``UsageError`` where the file cannot be read or is not a mapping.
    """
    found = _read(file) if file is not None else {}
    known = by_name(declared)
    return {**found, **{name: value_from(text, known.get(name)) for name, text in given}}


def typed_in(file: Path | None) -> tuple[tuple[str, str], ...]:
    """Return names and texts of a JSON object in ``file``, as typed behind ``-p``; ``-`` is standard input.

    Raises ``UsageError`` where it cannot be read or is none.
    """
    if file is None:
        return ()
    try:
        loaded = json.loads(sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes())
    except OSError as error:
        raise UsageError(Problem(f"cannot be read: {error.strerror}", str(file), "name a file that is there")) from None
    except (ValueError, RecursionError):
        loaded = None
    if not isinstance(loaded, dict) or not all(isinstance(text, str) for text in loaded.values()):
        raise UsageError(Problem("is not a JSON object of texts", str(file), 'write {"NAME": "VALUE"}'))
    return tuple(loaded.items())


def value_from(text: str, declaration: Declared | None = None) -> Any:
    """Return what a text stands for.

    Where no type is known, ``3`` is a whole number, ``0.5`` and ``1e5`` are numbers, ``true`` and ``false`` truth
    values, ``null`` is nothing, ``[1, 2]`` a list, ``{a: 1}`` an object; what is in quotes and everything else is a
    text. Where a type is known, the text is read as a value of it, if it can be: ``007`` as a text for ``str``, ``yes``
    as ``True`` for ``bool``, ``2024-01-31`` as a ``date``. What is in quotes is always a text.
    """
    value = _value(text)
    if declaration is None or declaration.type is ANYTHING:
        return value
    kind = declaration.type
    quoted = type(value) is str and value != text
    readings = [value] if quoted else [value, text, *_words(text)]
    for reading in readings:
        if holds(kind, reading):
            return reading
    for reading in readings:
        try:
            return fitted(kind, reading)
        except ValueError:
            continue
    return value


def _words(text: str) -> list[Any]:
    """Return what the words mean that no number and no truth value is written as in YAML."""
    word = text.strip().lower()
    if word in ("nan", "inf", "+inf", "-inf"):
        return [float(word)]
    return [True] if word in ("yes", "on", "1", "true") else [False] if word in ("no", "off", "0", "false") else []


def as_typed(value: Any, declaration: Declared | None = None) -> str:
    """Return what to type for a value, so that :func:`value_from` reads the same of it.

    What only a type can make of a text, such as a date, is read as it was where the parameter is declared so.
    """
    texts = [value] if isinstance(value, str) else []
    texts += [str(value)] if isinstance(value, date | time | PurePath | Decimal | timedelta) else []
    texts += [value.isoformat()] if isinstance(value, datetime) else []
    written = source_of(value)
    for text in texts:
        if source_of(value_from(text, declaration)) == written:
            return text
    return _in_yaml(value)


def _in_yaml(value: Any) -> str:
    """Return the value as YAML has it on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_in_yaml(key)}: {_in_yaml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_in_yaml, value)) + "]"
    if isinstance(value, set | frozenset):
        return "[" + ", ".join(sorted(map(_in_yaml, value))) + "]"
    if isinstance(value, float) and not math.isfinite(value):
        return f"{value}".replace("nan", ".nan").replace("inf", ".inf")
    if isinstance(value, date | time):
        value = value.isoformat()
    said = json.dumps(value, ensure_ascii=False, default=str)
    return NOT_AS_IT_IS.sub(lambda found: f"\\u{ord(found[0]):04x}", said)


def _value(text: str) -> Any:
    import yaml

    bare = text.strip()
    plain = any(re.fullmatch(pattern, bare) for _, pattern, _ in PLAIN)
    if not plain and not bare.startswith(("[", "{", '"', "'")):
        return text
    try:
        return _load(text)
    except (yaml.YAMLError, ValueError, RecursionError):  # ValueError: more digits than Python takes
        return text


def _read(file: Path) -> dict[str, Any]:
    import yaml

    try:
        loaded = _load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(Problem(f"cannot be read: {error.strerror}", str(file), "name a file that is there")) from None
    except UnicodeDecodeError:
        raise UsageError(Problem("is not UTF-8 text", str(file), WRITE_YAML)) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UsageError(Problem(f"is not YAML: {error}", str(file), WRITE_YAML)) from None
    if loaded is None:
        return {}
    if not isinstance(loaded, dict) or not all(isinstance(key, str) for key in loaded):
        raise UsageError(Problem("is not a mapping of names to values", str(file), WRITE_YAML))
    return loaded


def _float(text: str) -> float:
    special = text.lower().lstrip("+-").startswith((".inf", ".nan"))
    return float(text.replace(".", "") if special else text)


def _load(text: str) -> Any:
    import yaml

    class Loader(yaml.SafeLoader):
        """Reads YAML 1.2's core schema."""

        yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  (PyYAML's own)

    for tag, pattern, first in PLAIN:
        Loader.add_implicit_resolver(tag, re.compile(f"(?:{pattern})$"), list(first))
    Loader.add_implicit_resolver(NULL, re.compile("$"), [""])
    Loader.add_constructor(INT, lambda loader, node: int(node.value))
    Loader.add_constructor(FLOAT, lambda loader, node: _float(node.value))
    return yaml.load(text, Loader)
