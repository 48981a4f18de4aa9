"""A notebook's place to the settings that hold there: user file, project file, environment, in this order."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

from nb2prod.errors import Problem, UsageError
from nb2prod.workflows.reports.typed_settings import from_text, setting_types, typed_settings, unknown

PREFIX = "NB2PROD_CHECK__"
"""Of variables of the environment, as ``NB2PROD_CHECK__MAX_CELL_LINES=150``."""
TABLES = ("check", "ledger")
"""What a file may say of nb2prod."""
CODES = ("select", "extend_select", "ignore", "exclude")


@dataclass(frozen=True)
class Configuration:
    """What holds for notebooks in one folder, but for what they say themselves."""

    select: tuple[str, ...] = ()
    """How codes of rules begin; all that are not in preview if empty."""
    extend_select: tuple[str, ...] = ()
    """Those that come on top, such as rules in preview."""
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    """Patterns of notebooks that a folder is not looked through for."""
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Patterns of notebooks, and how the codes begin that are ignored there."""
    root: Path | None = None
    """The folder of the project's file, which its patterns start from."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    above: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the environment, which count more than the notebook's metadata."""

    def ignored(self, path: Path) -> tuple[str, ...]:
        """Return how the codes begin that are ignored in a notebook, for its place alone."""
        return tuple(code for pattern, codes in self.per_file_ignores if self._fits(path, pattern) for code in codes)

    def excludes(self, path: Path) -> bool:
        """Say whether a notebook that lies in a folder is to be left out."""
        return any(self._fits(path, pattern) for pattern in self.exclude)

    def _fits(self, path: Path, pattern: str) -> bool:
        whole = path.resolve()
        inside = self.root is not None and whole.is_relative_to(self.root)
        relative = whole.relative_to(self.root) if inside and self.root else whole
        names = [relative, *relative.parents][:-1]
        return fnmatch(path.name, pattern) or any(fnmatch(each.as_posix(), pattern.rstrip("/")) for each in names)


@dataclass(frozen=True)
class _Said:
    """What one place sets, and where that is."""

    values: Mapping[str, Any]
    where: str


class Configurations:
    """What holds for one notebook after the other, with the environment as it is now: looking through that takes as
    long as all else."""

    def __init__(self) -> None:
        self._environment = tuple(sorted(_environment().items()))

    def of(self, path: Path) -> Configuration:
        """Return what holds for a notebook.

        Raises ``UsageError`` with everything that is wrong: a file that is no TOML, keys that there are not, values of
        another type.
        """
        folder = path.resolve().parent if path.is_symlink() else _real(path.parent.absolute())
        return _for_folder(folder, self._environment)


def ledger_set_for(folder: Path) -> str | None:
    """Return where the ledger is for notebooks in a folder, as the project's file or else the user's sets it: a path,
    made absolute from the file's folder, or the address of a database; ``None`` where neither does.

    Raises ``UsageError`` where one cannot be read, or says something else.
    """
    from platformdirs import user_config_path

    project = _project_file(folder.resolve())
    own = user_config_path("nb2prod", appauthor=False) / "nb2prod.toml"
    for file in (project, own if own.is_file() else None):
        said = _about_nb2prod(file).get("ledger") if file is not None else None
        if file is None or said is None:
            continue
        if not isinstance(said, str) or not said.strip():
            remedy = 'write `ledger = "runs.sqlite"`, or the address of a database'
            raise UsageError(Problem("`ledger` has to be a text", str(file), remedy))
        return said if "://" in said else str(file.parent / Path(said).expanduser())
    return None


def _about_nb2prod(path: Path) -> dict[str, Any]:
    """Return what a file says of nb2prod. Raises ``UsageError`` where it cannot be read."""
    try:
        document = _read(path)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(Problem(f"cannot be read: {error}", str(path), "correct it")) from None
    found = document.get("tool", {}).get("nb2prod", {}) if path.name == "pyproject.toml" else document
    return found if isinstance(found, dict) else {}


def forget_configurations() -> None:
    """Have files read again: a process that lives long has to notice that they were changed."""
    _for_folder.cache_clear()
    _project_file.cache_clear()
    _real.cache_clear()


@cache
def _real(folder: Path) -> Path:
    return folder.resolve()


@cache
def _for_folder(folder: Path, environment: tuple[tuple[str, str], ...]) -> Configuration:
    from platformdirs import user_config_path

    problems: list[Problem] = []
    found = Configuration()
    own = user_config_path("nb2prod", appauthor=False) / "nb2prod.toml"
    for said in _table(own, problems, set()) if own.is_file() else []:
        found = _with(found, said, problems)
    project = _project_file(folder)
    for said in _table(project, problems, set()) if project else []:
        found = _with(found, said, problems)
    found = _with_environment(replace(found, root=project.parent if project else None), environment, problems)
    if problems:
        raise UsageError(problems)
    return found


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in os.environ if name.upper().startswith(PREFIX)}


@cache
def _project_file(folder: Path) -> Path | None:
    """Return the file that is nearest: ``nb2prod.toml``, or a ``pyproject.toml`` that says something of nb2prod."""
    for name in ("nb2prod.toml", "pyproject.toml"):
        path = folder / name
        if path.is_file() and (name == "nb2prod.toml" or _mentions(path)):
            return path
    return _project_file(folder.parent) if folder.parent != folder else None


def _mentions(path: Path) -> bool:
    try:
        text = path.read_text(encoding="utf-8")
        return "nb2prod" in text and "nb2prod" in tomllib.loads(text).get("tool", {})
    except tomllib.TOMLDecodeError:  # where it says nothing of us, their tools say what is wrong with it
        return re.search(r"^\s*\[+\s*tool\s*\.\s*nb2prod\b", text, re.MULTILINE) is not None
    except (OSError, UnicodeDecodeError):
        return False


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _table(path: Path, problems: list[Problem], seen: set[Path]) -> list[_Said]:
    """Return what a file says of checking, behind that of the files that it extends."""
    try:
        document = _read(path)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(Problem(f"cannot be read: {error}", str(path), "correct it"))
        return []
    table = document.get("tool", {}).get("nb2prod", {}) if path.name == "pyproject.toml" else document
    problems += [unknown(key, TABLES, str(path)) for key in table if key not in TABLES]
    check = table.get("check", {})
    if not isinstance(check, dict):
        problems.append(Problem("`check` has to be a table", str(path), "write [tool.nb2prod.check]"))
        return []
    values = dict(check)
    base = values.pop("extend", None)
    seen.add(path.resolve())
    if base is None:
        return [_Said(values, str(path))]
    other = (path.parent / str(base)).expanduser()
    if other.resolve() in seen:
        problems.append(Problem(f"`extend` goes in a circle: {base}", str(path), "leave one of them out"))
        return [_Said(values, str(path))]
    return [*_table(other, problems, seen), _Said(values, str(path))]


def _with(before: Configuration, said: _Said, problems: list[Problem]) -> Configuration:
    """Return the configuration with what somebody has said; the later one counts."""
    known = {each.name for each in fields(Configuration)} - {"root", "settings", "above"}
    changes: dict[str, Any] = {}
    others: dict[str, Any] = {}
    for key, value in said.values.items():
        name = str(key).replace("-", "_")
        if name not in known | set(setting_types()):
            problems.append(unknown(str(key), known | set(setting_types()) | {"extend"}, said.where))
        elif name == "per_file_ignores":
            changes[name] = _per_file(value, said.where, problems)
        elif name in CODES:
            changes[name] = _texts(key, value, said.where, problems)
        else:
            others[key] = value
    values, wrong = typed_settings(others, said.where)
    problems += wrong
    return replace(before, **changes, settings={**before.settings, **values})


def _with_environment(
    before: Configuration, environment: Iterable[tuple[str, str]], problems: list[Problem]
) -> Configuration:
    said: dict[str, Any] = {}
    for variable, text in environment:
        name = variable[len(PREFIX) :].lower()
        said[name] = from_text(text, name) if name in setting_types() else [each.strip() for each in text.split(",")]
        if name == "per_file_ignores":
            problems.append(Problem("is a table and can only stand in a file", variable, "use pyproject.toml"))
            del said[name]
    found = _with(before, _Said(said, "the environment, NB2PROD_CHECK__*"), problems)
    above = {name: found.settings[name] for name in said if name in found.settings}
    return replace(found, settings=before.settings, above=above)


def _texts(key: str, value: Any, where: str, problems: list[Problem]) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    problems.append(Problem(f"`{key}` has to be a list of texts, and is {value!r:.60}", where, "correct it"))
    return ()


def _per_file(value: Any, where: str, problems: list[Problem]) -> Sequence[tuple[str, tuple[str, ...]]]:
    if not isinstance(value, dict):
        remedy = 'write `per-file-ignores = {"drafts/*" = ["NB7"]}`'
        problems.append(Problem("`per-file-ignores` has to be a table", where, remedy))
        return ()
    return tuple((pattern, _texts("per-file-ignores", codes, where, problems)) for pattern, codes in value.items())
