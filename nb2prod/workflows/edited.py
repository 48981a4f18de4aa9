"""A notebook as it is being edited goes in; its findings, and the page of a rule, come out as plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nb2prod.errors import Nb2ProdError, Problem
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.read import draft_of, upgraded
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine import findings
from nb2prod.rules.facts import Facts
from nb2prod.rules.ignoring import codes_in
from nb2prod.rules.model import Found, Loaded, Severity
from nb2prod.workflows.checking import chosen_rules, finding_as_dict

MOST_LEFT_OUT = 2**24
"""Characters that one text of an output can be missing: far above any budget."""


def found_in(content: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return what ``nb2prod check --json`` finds in a notebook; or ``problems``, where it cannot be read.

    Beside ``findings`` there are ``counts`` of them by severity, and what the metadata of its cells and its own say to
    ignore, as ``ignored``.

    Args:
        content: The notebook as nbformat has it, saved or not; see ``whole`` for what may have been left out.
        path: Where it is saved, or will be.
    """
    try:
        facts = _facts(content, path)
    except Nb2ProdError as error:
        return {"problems": [problem.as_dict() for problem in error.problems]}
    except RecursionError:
        return {"problems": [Problem("is nested too deeply to be understood", path).as_dict()]}
    found = findings(facts, chosen_rules())
    count = Counter(each.rule.severity for each in found)
    return {
        "findings": [_as_dict(each, facts.notebook) for each in found],
        "counts": {severity.value: count[severity] for severity in Severity},
        "ignored": list(_ignored(facts.notebook)),
    }


def page_of(code: str) -> dict[str, Any]:
    """Return the page of a rule and what it says of itself; or ``problems``, where there is no such rule."""
    loaded = _rule(code)
    if loaded is None:
        return {"problems": [Problem(f"there is no rule {code}", remedy="`nb2prod explain` lists them").as_dict()]}
    rule = loaded.rule
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.value,
        "family": loaded.family,
        "fixing": rule.fixing.value,
        "page": loaded.page,
    }


def whole(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notebook with as many characters in its outputs as it has in the browser.

    A browser leaves out pictures and the rest of long texts: where a list stands for a text, a number in it says how
    many characters are missing. Spaces take their place.
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
    found = {**output, "text": _filled(output["text"])} if "text" in output else dict(output)
    if isinstance(output.get("data"), dict):
        found["data"] = {kind: _filled(value) for kind, value in output["data"].items()}
    return found


def _filled(text: Any) -> Any:
    if not isinstance(text, list):
        return text
    return [" " * min(each, MOST_LEFT_OUT) if isinstance(each, int) else each for each in text]


def _facts(content: Mapping[str, Any], path: str) -> Facts:
    document = upgraded(whole(content))
    return Facts(draft_of(document, Path(path)), document)


def _as_dict(found: Found, notebook: Notebook) -> dict[str, Any]:
    return {**finding_as_dict(found, notebook), "fixing": found.rule.fixing.value}


def _rule(code: str) -> Loaded | None:
    return next((each for each in known_rules() if each.rule.code == code), None)


def _ignored(notebook: Notebook) -> Iterator[dict[str, Any]]:
    """Yield what metadata say to ignore: the rule, and the index of the cell or ``None`` for the whole notebook."""
    names = {each.rule.code: each.rule.name for each in known_rules()}
    said: list[tuple[int | None, frozenset[str]]] = [(None, codes_in(notebook.metadata.get("nb2prod")))]
    said += [(cell.index, codes_in(cell.options)) for cell in notebook.cells]
    for index, codes in said:
        yield from ({"code": code, "name": names.get(code, ""), "cell": index} for code in sorted(codes))
