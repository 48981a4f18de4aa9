"""A notebook goes in; it is refused where its source holds secrets or personal data that would travel along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nb2prod.errors import Problem, UnusableInput
from nb2prod.notebook.model import SKIP, Notebook
from nb2prod.rules.data import personal_data
from nb2prod.rules.ignoring import is_ignored
from nb2prod.rules.model import Found
from nb2prod.rules.secret_texts import find_secrets
from nb2prod.rules.security import secret_in_source


def refuse_secrets(notebook: Notebook, parameters: Mapping[str, Any] | None = None) -> None:
    """Raise ``UnusableInput`` with every place of a secret or of personal data in what an export may carry along.

    Code, comments and the Markdown above cells are looked at. Stored outputs and cells that are to be skipped are not
    yet, though the copy of the notebook in the repository has them.
    What its author has said to ignore travels. ``parameters`` are those given for this run.
    """
    problems = [*_in_source(notebook), *_in_parameters(parameters or {})]
    if problems:
        raise UnusableInput(problems)


def _in_source(notebook: Notebook) -> Iterator[Problem]:
    for rule in (secret_in_source, personal_data):
        for finding in rule.check(notebook, {}):
            cell = notebook.cells[finding.cell] if finding.cell is not None else None
            if (cell is not None and cell.section == SKIP) or is_ignored(notebook, Found(rule.RULE, finding)):
                continue
            where = cell.label + (f", line {finding.line}" if finding.line else "") if cell else "the notebook"
            remedy = f"{finding.remedy}; if it is none, write `# nb2prod: ignore[{rule.RULE.code}]` behind it"
            yield Problem(f"{finding.what}, and a repository would carry it along", where, remedy)


def _in_parameters(parameters: Mapping[str, Any]) -> Iterator[Problem]:
    for name, value in parameters.items():
        if isinstance(value, str) and find_secrets(f'{name} = "{value}"', code=True):
            what = f"the value given for `{name}` is a secret, and a repository would carry it along"
            yield Problem(what, "the parameters", "read it in the notebook from the environment, `os.environ[...]`")
