"""A notebook as it is being edited goes in; its findings, what mends them, and rules' pages come out as plain data."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nb2prod.analysis.room import without_collecting
from nb2prod.errors import Nb2ProdError, Problem
from nb2prod.notebook.model import Cell, Notebook
from nb2prod.notebook.read import draft_of, upgraded
from nb2prod.notebook.texts import joined
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine_rules import PAGES
from nb2prod.rules.ignoring import codes_in
from nb2prod.rules.model import Severity
from nb2prod.rules.secret_texts import harmless, redacted_source
from nb2prod.rules.settings import Settings
from nb2prod.rules.stored_texts import LEFT_OUT
from nb2prod.score.as_data import score_of
from nb2prod.score.shown import score_shown
from nb2prod.workflows.checking import Wanted, job_for
from nb2prod.workflows.fixing import Fixed, fix_for, mend
from nb2prod.workflows.reports.configuration import forget_configurations
from nb2prod.workflows.reports.model import Job
from nb2prod.workflows.reports.report import report_of, rules_of, settings_of
from nb2prod.workflows.shown import secrets_of, shown


@without_collecting()  # until the facts are gone: what is left then is next to nothing to look through
def found_in(content: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return what ``nb2prod check --json`` finds in a notebook; or ``problems``, where it cannot be read.

    Beside ``findings`` there are ``counts`` of them by severity, what the metadata of its cells and its own say to
    ignore, as ``ignored``, and its ML Test Scores as ``score_shown`` has them, as ``score``.

    Args:
        content: The notebook as nbformat has it, saved or not; see ``whole`` for what may have been left out.
        path: Where it is saved, or will be.
    """
    try:
        forget_configurations()
        report, facts, _ = report_of(job_for(Path(path), Wanted(sure=True, asks=False)), upgraded(whole(content)))
    except Nb2ProdError as error:
        return {"problems": [shown(problem.as_dict()) for problem in error.problems]}
    except RecursionError:
        return _too_deep(path)
    count = Counter(each.severity for each in report.findings)
    return {
        "findings": [each.as_dict() for each in report.findings],
        "counts": {severity.value: count[severity] for severity in Severity},
        "ignored": list(_ignored(facts.notebook)),
        "score": score_shown(shown(score_of(facts.notebook), facts.secrets)),
    }


def fix_in(content: Mapping[str, Any], path: str, asked: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return how a finding can be mended, as ``fix_for`` does, or with none all that can be mended safely; each change
    of a text with its ``diff``. Where nothing can be mended any more, ``problems`` with why.

    ``content`` is all of the notebook, outputs and all: what is mended in an output is written back.
    """
    try:
        forget_configurations()
        document, job = upgraded(dict(content)), job_for(Path(path), Wanted())
        settings, _ = settings_of(job, document)
        if asked is None:
            fix = _every_fix(document, job, settings)
        else:
            fix = fix_for(document, job.path, **asked, settings=settings)
    except Nb2ProdError as error:
        return {"problems": [shown(problem.as_dict()) for problem in error.problems]}
    except RecursionError:
        return _too_deep(path)
    if fix is None:
        what = "there is nothing to mend any more" if asked is None else "this cannot be mended as the notebook is now"
        return {"problems": [Problem(what).as_dict()]}
    secrets = secrets_of(draft_of(document, job.path))
    changes = [{**each, "diff": _diff(each, secrets)} for each in fix["changes"]]
    return {**fix, "title": shown(fix["title"], secrets), "changes": changes}


def _too_deep(path: str) -> dict[str, Any]:
    return {"problems": [Problem("is nested too deeply to be understood", path).as_dict()]}


def _every_fix(document: dict[str, Any], job: Job, settings: Settings) -> dict[str, Any] | None:
    mended = mend(document, job.path, rules_of(job), settings)
    if not mended.fixed:
        return None
    draft = draft_of(document, job.path)
    positions = {cell.position: cell for cell in draft.cells}
    before, after, origins = document["cells"], mended.after.document["cells"], mended.after.origins
    changes: list[dict[str, Any]] = []
    for place, origin in enumerate(origins):
        if origin is None:
            nearest = next((each for each in origins[place:] if each in positions), None)
            cell = positions[nearest] if nearest is not None else None
            where = {"cell": cell.id if cell else None, "index": cell.index if cell else len(draft.cells)}
            new = after[place]
            changes.append({"kind": "insert", **where, "source": _text(new), "tags": _tags(new)})
        elif origin in positions and after[place] != before[origin]:
            changes += _between(positions[origin], before[origin], after[place])
    return {"title": _titles(mended.fixed), "fix": "safe", "changes": changes}


def _between(cell: Cell, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what has changed in one code cell."""
    where = {"cell": cell.id, "index": cell.index}
    if _text(after) != _text(before):
        yield {"kind": "source", **where, "before": _text(before), "source": _text(after)}
    if _tags(after) != _tags(before):
        yield {"kind": "tags", **where, "tags": _tags(after)}
    if after.get("outputs") != before.get("outputs"):
        yield {"kind": "outputs", **where, "outputs": after.get("outputs", [])}


def _titles(fixed: Sequence[Fixed]) -> str:
    """Return what was done, each thing once."""
    return "; ".join(dict.fromkeys(each.title for each in fixed))


def _tags(cell: Mapping[str, Any]) -> list[Any]:
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, Mapping) else None
    return tags if isinstance(tags, list) else []


def _text(cell: Mapping[str, Any]) -> str:
    return joined(cell.get("source"))


def _diff(change: Mapping[str, Any], secrets: Sequence[str]) -> list[str]:
    """Return the lines of a change as ``diff -u`` has them, without the secrets in them; none for outputs."""
    if change["kind"] in {"source", "insert"}:
        before, after = (redacted_source(change.get(each, ""), secrets).splitlines() for each in ("before", "source"))
        lines = difflib.unified_diff(before, after, n=2, lineterm="")
        return [line for line in lines if not line.startswith(("---", "+++"))]
    return [f"+ {', '.join(map(str, change['tags'])) or 'no tags'}"] if change["kind"] == "tags" else []


def page_of(code: str) -> dict[str, Any]:
    """Return the page of a rule and what it says of itself; or ``problems``, where there is no such rule."""
    loaded = next((each for each in known_rules() if each.rule.code == code), None)
    rule = loaded.rule if loaded else next((each for each in PAGES if each.code == code), None)
    if rule is None:
        return {"problems": [Problem(f"there is no rule {code}", remedy="`nb2prod explain` lists them").as_dict()]}
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.value,
        "page": loaded.page if loaded else PAGES[rule],
    }


def whole(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notebook as files have it, with how many characters its outputs have besides, under ``LEFT_OUT``.

    A browser leaves out pictures and the rest of long texts: where a list stands for a text, a number in it says how
    many characters are missing.
    """
    cells = content.get("cells")
    if not isinstance(cells, list):
        return dict(content)
    return {**content, "cells": [_whole_cell(cell) for cell in cells]}


def _whole_cell(cell: Any) -> Any:
    outputs = cell.get("outputs") if isinstance(cell, dict) else None
    return {**cell, "outputs": [_whole_output(each) for each in outputs]} if isinstance(outputs, list) else cell


def _whole_output(output: Any) -> Any:
    if not isinstance(output, dict):
        return output
    found = dict(output)
    missing = _missing(found.get("text"))
    if "text" in found:
        found["text"] = _there(found["text"])
    if isinstance(found.get("data"), dict):
        missing += sum(map(_missing, found["data"].values()))
        found["data"] = {kind: _there(value) for kind, value in found["data"].items()}
    return {**found, LEFT_OUT: missing} if missing else found


def _missing(text: Any) -> int:
    return sum(each for each in text if type(each) is int and each > 0) if isinstance(text, list) else 0


def _there(text: Any) -> Any:
    return [each for each in text if type(each) is not int] if isinstance(text, list) else text


def _ignored(notebook: Notebook) -> Iterator[dict[str, Any]]:
    """Yield what metadata say to ignore: the rule, and the index of the cell or ``None`` for the whole notebook."""
    names = {each.rule.code: each.rule.name for each in known_rules()}
    said: list[tuple[int | None, frozenset[str]]] = [(None, codes_in(notebook.metadata.get("nb2prod")))]
    said += [(cell.index, codes_in(cell.options)) for cell in notebook.cells]
    for index, codes in said:
        told = {harmless(code).upper() for code in codes}  # masked as it is written: no token is upper case
        yield from ({"code": code, "name": names.get(code, ""), "cell": index} for code in sorted(told))
