"""Notebooks and folders go in; what the readiness rules find in each comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from nb2prod.capture.measured import Measured
from nb2prod.errors import KernelDied, Nb2ProdError, NotebookRaised, Problem, TimedOut, UsageError
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.read import draft_of, read_document, upgraded
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine import findings
from nb2prod.rules.facts import Facts
from nb2prod.rules.model import Finding, Found, Loaded, Rule, Severity
from nb2prod.rules.settings import Settings

UNREADABLE = Rule("NB001", "unreadable", Severity.ERROR)
"""What is found where there is no notebook to be read; with NB000 and NB002 the only one that has no file."""
FAILED = Rule("NB002", "failed-run", Severity.ERROR)
"""What is found where the notebook was run for its evidence and did not come to its end."""
HIDDEN = "."
"""Folders whose names begin with it, such as ``.ipynb_checkpoints``, are not looked into."""
Measure = Callable[[Facts, Sequence[str]], Measured]
"""Takes the facts of a notebook and the names of the rules that are wanted; measures its objects, by a run or else."""


@dataclass(frozen=True)
class Checked:
    """What was found in one file."""

    path: Path
    found: tuple[Found, ...]
    notebook: Notebook | None = None
    """``None`` where it could not be read."""
    measured: Measured | None = None
    """``None`` where nothing was measured."""


def check(
    paths: Iterable[Path], select: Sequence[str] = (), ignore: Sequence[str] = (), measure: Measure | None = None
) -> Iterator[Checked]:
    """Yield what is found in each notebook, folders looked through; nothing is run but by ``measure``, if it is given.

    ``select`` and ``ignore`` are codes of rules or how they begin. Raises ``UsageError`` for one that fits no rule, and
    for a path that is not there.
    """
    rules = chosen_rules(select, ignore)
    for path in _notebooks(paths):
        yield _checked(partial(read_document, path), path, rules, measure=measure)


def finding_as_dict(found: Found, notebook: Notebook | None) -> dict[str, Any]:
    """Return one of the ``findings`` of ``nb2prod check --json``; ``notebook`` is ``None`` where it cannot be read."""
    finding = found.finding
    at = finding.cell
    picture = {} if finding.picture is None else {"picture": finding.picture}
    return {
        "code": found.rule.code,
        "name": found.rule.name,
        "severity": found.rule.severity.value,
        "cell": at,
        "id": notebook.cells[at].id if notebook is not None and at is not None else None,
        "line": finding.line or None,
        "what": finding.what,
        "remedy": finding.remedy,
        **picture,
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
    read: Callable[[], dict[str, Any]],
    path: Path,
    rules: Sequence[Loaded],
    settings: Settings | None = None,
    measure: Measure | None = None,
) -> Checked:
    try:
        document = read()
        notebook = draft_of(document, path)
    except Nb2ProdError as error:
        return Checked(path, tuple(Found(UNREADABLE, _told(each)) for each in error.problems))
    except RecursionError:
        what = "is nested too deeply to be understood"
        return Checked(path, (Found(UNREADABLE, Finding(what, remedy="split its longest expressions")),))
    facts = Facts(notebook, document, settings or Settings())
    if measure is None:
        return Checked(path, tuple(findings(facts, rules)), notebook)
    try:
        facts = facts.with_measured(measure(facts, [each.rule.name for each in rules]))
    except (NotebookRaised, KernelDied, TimedOut) as error:
        failed = [Found(FAILED, _told_with_place(each, notebook)) for each in error.problems]
        return Checked(path, (*failed, *findings(facts, rules)), notebook)
    return Checked(path, tuple(findings(facts, rules)), notebook, facts.measured)


def _told_with_place(problem: Problem, notebook: Notebook) -> Finding:
    """Return a failed run as a finding of the cell that its place names."""
    label = problem.where.split(",")[0]
    cell = next((each.index for each in notebook.cells if each.label == label), None)
    where = "" if cell is not None or not problem.where else f"{problem.where}: "
    return Finding(f"{where}{problem.what}", cell, remedy=problem.remedy)


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
