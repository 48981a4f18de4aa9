"""Parameters from the command line and from files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nb2prod.errors import Problem, UsageError


def parameters_from(given: Iterable[tuple[str, str]], file: Path | None) -> dict[str, Any]:
    """Return name to value, ``-p`` before the file. Values of ``-p`` are read as YAML reads them: ``3`` is a number,
    ``true`` a truth value, ``[1, 2]`` a list; quote what shall stay a text.

    Raises ``UsageError`` where the file cannot be read or is not a mapping.
    """
    pairs = list(given)
    if not pairs and file is None:
        return {}
    import yaml

    found: dict[str, Any] = {}
    if file is not None:
        found.update(_read(file))
    for name, text in pairs:
        try:
            found[name] = yaml.safe_load(text) if text.strip() else text
        except yaml.YAMLError:
            found[name] = text
    return found


def _read(file: Path) -> dict[str, Any]:
    import yaml

    try:
        loaded = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(Problem(f"cannot be read: {error}", str(file), "name a YAML file with parameters")) from None
    except yaml.YAMLError as error:
        raise UsageError(Problem(f"is not YAML: {error}", str(file), "write one `name: value` a line")) from None
    if loaded is None:
        return {}
    if not isinstance(loaded, dict) or not all(isinstance(key, str) for key in loaded):
        raise UsageError(Problem("is not a mapping of names to values", str(file), "write one `name: value` a line"))
    return loaded
