"""Notebooks and folders go in; what the readiness rules find in each comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from nb2prod.errors import Nb2ProdError, Problem, UsageError
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.read import draft_of, read_document, upgraded
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine import findings
from nb2prod.rules.facts import Facts
from nb2prod.rules.model import Finding, Found, Loaded, Rule, Severity
from nb2prod.rules.settings import Settings

UNREADABLE = Rule("NB001", "unreadable", Severity.ERROR)
"""What is found where there is no notebook to be read; with NB000 the only one that has no file."""
HIDDEN = "."
"""Folders whose names begin with it, such as ``.ipynb_checkpoints``, are not looked into."""


@dataclass(frozen=True)
class Checked:
    """What was found in one file."""

    path: Path
    found: tuple[Found, ...]
    notebook: Notebook | None = None
    """``None`` where it could not be read."""


def check(paths: Iterable[Path], select: Sequence[str] = (), ignore: Sequence[str] = ()) -> Iterator[Checked]:
    """Yield what is found in each notebook, folders looked through; nothing is run.

    ``select`` and ``ignore`` are codes of rules or how they begin. Raises ``UsageError`` for one that fits no rule, and
    for a path that is not there.
    """
    rules = chosen_rules(select, ignore)
    for path in _notebooks(paths):
        yield _checked(partial(read_document, path), path, rules)


def finding_as_dict(found: Found, notebook: Notebook | None) -> dict[str, Any]:
    """Return one of the ``findings`` of ``nb2prod check --json``; ``notebook`` is ``None`` where it cannot be read."""
    finding = found.finding
    at = finding.cell
    return {
        "code": found.rule.code,
        "name": found.rule.name,
        "severity": found.rule.severity.value,
        "cell": at,
        "id": notebook.cells[at].id if notebook is not None and at is not None else None,
        "line": finding.line or None,
        "what": finding.what,
        "remedy": finding.remedy,
    }


def chosen_rules(select: Sequence[str] = (), ignore: Sequence[str] = ()) -> list[Loaded]:
    """Return the rules whose codes begin so, by default all that are not in preview.

    Raises ``UsageError`` for a beginning that fits none.
    """
    rules = known_rules()
    codes = [each.rule.code for each in rules]
    unknown = [each for each in (*select, *ignore) if not any(code.startswith(each.upper()) for code in codes)]
    if unknown:
        remedy = "nb2prod explain lists them all"
        raise UsageError(
            Problem(f"no rule has a code that begins with {each!r}", "--select, --ignore", remedy) for each in unknown
        )
    wanted, unwanted = tuple(map(str.upper, select)), tuple(map(str.upper, ignore))
    return [
        each
        for each in rules
        if (each.rule.code.startswith(wanted) if wanted else not each.rule.preview)
        and not (unwanted and each.rule.code.startswith(unwanted))
    ]


def check_document(content: Mapping[str, Any], path: Path, settings: Settings | None = None) -> Checked:
    """Return what is found in a notebook as nbformat has it, saved or not; ``path`` is where it is, or will be."""
    return _checked(lambda: upgraded(dict(content)), path, chosen_rules(), settings)


def _checked(
    read: Callable[[], dict[str, Any]], path: Path, rules: Sequence[Loaded], settings: Settings | None = None
) -> Checked:
    try:
        document = read()
        notebook = draft_of(document, path)
    except Nb2ProdError as error:
        return Checked(path, tuple(Found(UNREADABLE, _told(each)) for each in error.problems))
    except RecursionError:
        what = "is nested too deeply to be understood"
        return Checked(path, (Found(UNREADABLE, Finding(what, remedy="split its longest expressions")),))
    return Checked(path, tuple(findings(Facts(notebook, document, settings or Settings()), rules)), notebook)


def _told(problem: Problem) -> Finding:
    where = f"{problem.where}: " if problem.where.startswith("cell") else ""
    return Finding(f"{where}{problem.what}", remedy=problem.remedy)


def _notebooks(paths: Iterable[Path]) -> list[Path]:
    given = list(paths)
    missing = [path for path in given if not path.exists()]
    if missing:
        raise UsageError(Problem("no such file or folder", str(path), "give notebooks or folders") for path in missing)
    found: dict[Path, None] = {}
    for path in given:
        inside = sorted(path.rglob("*.ipynb")) if path.is_dir() else [path]
        below = len(path.parts) if path.is_dir() else len(path.parts) - 1
        found.update(dict.fromkeys(each for each in inside if not _is_hidden(each.parts[below:])))
    return list(found)


def _is_hidden(parts: Sequence[str]) -> bool:
    return any(part.startswith(HIDDEN) for part in parts[:-1])
