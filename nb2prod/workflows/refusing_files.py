"""The files beside a notebook that would travel along; an export is refused where they hold secrets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from nb2prod.capture.model import Evidence
from nb2prod.errors import Problem, UnusableInput
from nb2prod.notebook.model import Cell, Notebook
from nb2prod.plan.data_files import LARGEST, is_data
from nb2prod.plan.own_modules import OwnModules
from nb2prod.rules.data import personal_data
from nb2prod.rules.ignoring import is_ignored, is_let_through
from nb2prod.rules.model import Found
from nb2prod.rules.secret_kinds import known_secrets
from nb2prod.rules.secret_texts import find_secrets
from nb2prod.rules.security import secret_in_source

TABLES = frozenset({".csv", ".tsv", ".txt", ".jsonl", ".arff", ".dat", ".data"})
"""In these only keys of a known look count: what stands beside a telling name is a column's or a sentence's."""
CARRIED = "and a repository would carry it along"


def refuse_in_modules(notebook: Notebook, modules: OwnModules) -> None:
    """Raise ``UnusableInput`` with every secret and all personal data in the modules that the notebook imports.

    Those that a cell writes are looked through as that cell's source.
    """
    problems = [
        problem
        for path, text in modules.texts.items()
        if path not in notebook.modules
        for problem in _in_module(notebook, path, text)
    ]
    if problems:
        raise UnusableInput(problems)


def _in_module(notebook: Notebook, path: str, text: str) -> Iterator[Problem]:
    cell = Cell(0, 0, "module", text, text)
    alone = Notebook(Path(path), (cell,), metadata=notebook.metadata)
    for rule in (secret_in_source, personal_data):
        for finding in rule.check(alone, {}):
            if not is_ignored(alone, Found(rule.RULE, finding)):
                remedy = f"{finding.remedy}; if it is none, write `# nb2prod: ignore[{rule.RULE.code}]` behind it"
                yield Problem(f"{finding.what}, {CARRIED}", f"{path}, line {finding.line}", remedy)


def refuse_in_data(notebook: Notebook, evidence: Evidence) -> None:
    """Raise ``UnusableInput`` with every place of a secret in the data files that travel and are text.

    Personal data is not looked for in them: it may be what the model is about. A file that the notebook's metadata
    name, ``"ignore": ["NB601 FILE"]``, travels as it is.
    """
    rule = secret_in_source.RULE
    problems = [
        problem
        for file in evidence.files_read
        if is_data(file) and file.size <= LARGEST and not is_let_through(notebook, rule, file.path)
        for problem in _in_data(notebook.path.parent / file.path, file.path)
    ]
    if problems:
        raise UnusableInput(problems)


def _in_data(path: Path, name: str) -> Iterator[Problem]:
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return  # gone, which planning tells, or no text
    if "\0" in text:
        return
    lines: dict[int, str] = {}
    known = {(each.start, each.end) for each in known_secrets(text)}
    is_table = path.suffix.lower() in TABLES
    for each in find_secrets(text, code=True) if known or not is_table else ():
        if not is_table or (each.start, each.end) in known:
            lines.setdefault(text.count("\n", 0, each.start) + 1, each.kind)
    remedy = (
        "take it out of the file, and make a new one: this one has been seen; if it is none, write "
        f'`"nb2prod": {{"ignore": ["{secret_in_source.RULE.code} {name}"]}}` into the notebook\'s metadata'
    )
    if lines:
        first, kind = next(iter(lines.items()))
        more = f", and {len(lines) - 1} more lines hold some" if len(lines) > 1 else ""
        yield Problem(f"a secret ({kind}) stands in a data file{more}, {CARRIED}", f"{name}, line {first}", remedy)
