"""A notebook goes in; it is refused where secrets or personal data of it would travel along, and what it showed is
masked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from nb2prod.errors import Problem, UnusableInput
from nb2prod.notebook.model import Notebook
from nb2prod.rules.data import personal_data
from nb2prod.rules.ignoring import is_ignored
from nb2prod.rules.model import Finding, Found, Rule
from nb2prod.rules.personal import find_personal
from nb2prod.rules.secret_kinds import Secret
from nb2prod.rules.secret_texts import without
from nb2prod.rules.security import secret_in_output, secret_in_source
from nb2prod.rules.shown_secrets import without_secrets
from nb2prod.rules.stored_texts import outputs_by_cell, rewritten_outputs, without_programs
from nb2prod.workflows.shown import is_secret

CARRIED = "and a repository would carry it along"


def refuse_secrets(
    notebook: Notebook, document: Mapping[str, Any], parameters: Mapping[str, Any] | None = None
) -> None:
    """Raise ``UnusableInput`` with every place of a secret or of personal data in what an export carries along.

    The whole file travels, cells that are skipped, raw cells and metadata included; what its stored outputs show is
    masked instead (:func:`without_shown`). What its author has said to ignore travels. ``parameters`` are those given
    for this run.
    """
    found = _in_file(notebook, document, (secret_in_source, personal_data), CARRIED)
    problems = [*found, *secret_parameters(parameters or {}, CARRIED)]
    if problems:
        raise UnusableInput(problems)


def secrets_in_file(notebook: Notebook, document: Mapping[str, Any], then: str) -> Iterator[Problem]:
    """Yield a problem for each secret in a notebook's cells and metadata, unless its author has said to ignore it;
    ``then`` says why that matters."""
    return _in_file(notebook, document, (secret_in_source,), then)


def without_shown(notebook: Notebook, document: Mapping[str, Any], text: str) -> str:
    """Return the notebook's file with ``***`` for each secret and each piece of personal data that its stored outputs
    show, as nbformat 4 writes it; the ``text`` that it has where there is nothing to mask.

    Names of people stay, as they do in the data that travels.
    """
    cells = list(document.get("cells", ()))
    for index, outputs in outputs_by_cell(notebook, document):
        ignored = {rule.code for rule in (secret_in_output.RULE, personal_data.RULE) if _ignores(notebook, rule, index)}
        position = notebook.cells[index].position
        masked = list(rewritten_outputs(outputs, partial(_masked, ignored=ignored)))
        if isinstance(outputs, list) and masked != outputs:
            cells[position] = {**cells[position], "outputs": masked}
    if cells == document.get("cells"):
        return text
    return json.dumps({**document, "cells": cells}, indent=1, ensure_ascii=False) + "\n"


def _ignores(notebook: Notebook, rule: Rule, cell: int) -> bool:
    return is_ignored(notebook, Found(rule, Finding("", cell)))


def _masked(text: str, *, ignored: set[str]) -> str:
    if secret_in_output.RULE.code not in ignored:
        text = without_secrets(text)
    if personal_data.RULE.code not in ignored:
        personal = find_personal(without_programs(text), names=False)
        text = without(text, [Secret(each.kind, each.start, each.end) for each in personal])
    return text


def _in_file(notebook: Notebook, document: Mapping[str, Any], rules: Sequence[Any], then: str) -> Iterator[Problem]:
    shown = {**document, "cells": [_without_outputs(each) for each in document.get("cells", ())]}
    for rule in rules:
        for finding in rule.check(notebook, shown):
            if is_ignored(notebook, Found(rule.RULE, finding)):
                continue
            cell = notebook.cells[finding.cell] if finding.cell is not None else None
            where = cell.label + (f", line {finding.line}" if finding.line else "") if cell else "the notebook"
            yield _problem(rule.RULE.code, f"{finding.what}, {then}", where, finding)


def _without_outputs(raw: object) -> object:
    return {key: value for key, value in raw.items() if key != "outputs"} if isinstance(raw, Mapping) else raw


def _problem(code: str, what: str, where: str, finding: Finding) -> Problem:
    whole = "notebook" if finding.cell is None else "cell"
    said = f'`"nb2prod": {{"ignore": ["{code}"]}}` into the metadata of the {whole}'
    if finding.line:
        said = f"`# nb2prod: ignore[{code}]` behind it"
    remedy = f"{finding.remedy}; if it is none, write {said}"
    return Problem(what, where, remedy)


def secret_parameters(parameters: Mapping[str, Any], then: str) -> Iterator[Problem]:
    """Yield a problem for each parameter that somebody gave and that holds a secret; ``then`` says why that matters."""
    for name, value in parameters.items():
        if is_secret(name, value):
            what = f"the value given for `{name}` holds a secret, {then}"
            yield Problem(what, "the parameters", "read it in the notebook from the environment, `os.environ[...]`")
