"""The rows that an export records, and the tables that travel with it; it is refused where they hold keys or numbers
of people that nobody has by chance.

Names, phone numbers and what stands beside telling names are passed over: they may be what the model is about. Mail
addresses are told, and travel.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from pathlib import Path

from nb2prod.capture.model import Evidence
from nb2prod.errors import Problem, UnusableInput
from nb2prod.notebook.model import Notebook
from nb2prod.plan.data_files import LARGEST, is_data
from nb2prod.rules.data import personal_data
from nb2prod.rules.ignoring import is_let_through
from nb2prod.rules.model import Rule
from nb2prod.rules.person_columns import kinds_in_column
from nb2prod.rules.personal import ACCOUNT, CARD, MAIL, NATIONAL, find_personal
from nb2prod.rules.secret_kinds import known_secrets
from nb2prod.rules.secret_texts import find_secrets
from nb2prod.rules.security import secret_in_source

Columns = Mapping[str, Sequence[str]]
"""Names of columns, or of what a record has, to their values as text."""
Kinds = Mapping[str, Sequence[str]]
"""Kinds of personal data to the names of the columns that hold some."""
RECORDED = "tests/parity"
"""Where the rows go that the notebook was asked with, and its answers."""
DELIMITERS = {".csv": ",", ".tsv": "\t"}
STRONG = frozenset({CARD, ACCOUNT, NATIONAL})
"""Kinds that have a check digit or a form of their own."""
MOST_KEPT = 256
"""Tables of which is kept what they hold: an export asks before it runs each way, and for what it tells of."""
SHORTEST = 6
"""Characters below which no value holds any of these."""
_NUMBER = re.compile(r"[+-]?(?:\d{1,12}|\d*\.\d*(?:[eE][+-]?\d+)?)")
"""What is no number of a person: too few digits, or a fraction."""


def refuse_in_rows(notebook: Notebook, evidence: Evidence) -> None:
    """Raise ``UnusableInput`` with every kind of secret and of numbers of people in the rows that are recorded.

    They travel where the notebook's metadata say so: ``"ignore": ["NB330 tests/parity"]``.
    """
    answers = evidence.answers
    if answers is None:
        return
    columns = _of_records((*answers.requests, *answers.responses))
    what = "there are rows to be recorded"
    problems = [
        *_problems(notebook, _columns_with(columns, STRONG), RECORDED, what),
        *_problems_of_keys(notebook, columns, RECORDED, what),
    ]
    if problems:
        raise UnusableInput(problems)


def refuse_in_tables(notebook: Notebook, evidence: Evidence) -> None:
    """Raise ``UnusableInput`` with every kind of numbers of people in the tables that travel; keys are looked for with
    those of other files."""
    problems = [
        problem
        for name, found in _tables(notebook, evidence)
        for problem in _problems(notebook, found, name, "there is a data file")
    ]
    if problems:
        raise UnusableInput(problems)


def notes_on_rows(notebook: Notebook, evidence: Evidence) -> tuple[str, ...]:
    """Return what travels and should be known of: mail addresses, and data files that nobody can look through here."""
    answers = evidence.answers
    rows = _of_records((*answers.requests, *answers.responses)) if answers else {}
    notes = []
    for place, found in ((RECORDED, _columns_with(rows, {MAIL})), *_tables(notebook, evidence)):
        named = [] if is_let_through(notebook, personal_data.RULE, place) else found.get(MAIL)
        if named:
            notes.append(f"{place} carries mail addresses of people along ({_listed(named)})")
    files = [each.path for each in evidence.files_read if is_data(each) and each.size <= LARGEST]
    closed = [each for each in files if _is_closed(notebook, each)]
    if closed:
        notes.append(f"not looked through for secrets and personal data, since they are no text: {', '.join(closed)}")
    return tuple(notes)


def _is_closed(notebook: Notebook, name: str) -> bool:
    """Say whether a file is there and is no text."""
    try:
        with (notebook.path.parent / name).open("rb") as file:
            return b"\0" in file.read(4096)
    except OSError:
        return False


def _problems(notebook: Notebook, found: Kinds, place: str, what: str) -> Iterator[Problem]:
    rule = personal_data.RULE
    if not is_let_through(notebook, rule, place):
        for kind, named in sorted((kind, found[kind]) for kind in STRONG & found.keys()):
            said = f"{what} with {kind}s ({_listed(named)}), and a repository would carry them along"
            remedy = "put made-up values in their place"
            yield Problem(said, place, f"{remedy}; if they may travel, write {_said(rule, place)}")


def _problems_of_keys(notebook: Notebook, columns: Columns, place: str, what: str) -> Iterator[Problem]:
    rule = secret_in_source.RULE
    if not is_let_through(notebook, rule, place):
        found = {kind: name for name, values in columns.items() for kind in _keys(values)}
        for kind, name in sorted(found.items()):
            said = f"{what} with a secret ({kind}, in {_listed([name])}), and a repository would carry it along"
            remedy = "take it out, and make a new one: this one has been seen"
            yield Problem(said, place, f"{remedy}; if it is none, write {_said(rule, place)}")


def _said(rule: Rule, place: str) -> str:
    return f'`"nb2prod": {{"ignore": ["{rule.code} {place}"]}}` into the notebook\'s metadata'


def _listed(names: Iterable[str]) -> str:
    """Return names of columns for people; one that is itself such a value is not said."""
    said = ["a column" if not name or find_personal(name) or find_secrets(name) else f"`{name}`" for name in names]
    return ", ".join(dict.fromkeys(said))


def _keys(values: Sequence[str]) -> Iterator[str]:
    """Yield the kinds of secrets of a known look."""
    text = "\n".join(values)
    known = {(each.start, each.end) for each in known_secrets(text)}
    for each in find_secrets(text, code=True) if known else ():
        if (each.start, each.end) in known:
            yield each.kind


def _columns_with(columns: Columns, kinds: Iterable[str]) -> Kinds:
    """Return the kinds of personal data, of those wanted, with the columns that hold some."""
    wanted = set(kinds)
    found: dict[str, list[str]] = {kind: [] for kind in sorted(wanted)}
    for name, values in columns.items():
        several = [each for each in dict.fromkeys(values) if len(each) >= SHORTEST and not _NUMBER.fullmatch(each)]
        for kind in wanted.intersection(kinds_in_column(name, several) if wanted & STRONG else ()):
            found[kind].append(name)
        if MAIL in wanted and any(_has_mail(each) for each in several):
            found[MAIL].append(name)
    return {kind: named for kind, named in found.items() if named}


def _has_mail(value: str) -> bool:
    return "@" in value and any(each.kind == MAIL for each in find_personal(value, names=False))


def _of_records(records: Iterable[object]) -> Columns:
    """Return the texts and whole numbers of records, by the name that they have there."""
    found: dict[str, list[str]] = {}
    pending: list[tuple[str, object]] = [("", each) for each in records]
    while pending:
        name, value = pending.pop()
        if isinstance(value, Mapping):
            pending += [(str(key), each) for key, each in value.items()]
        elif isinstance(value, list | tuple):
            pending += [(name, each) for each in value]
        elif isinstance(value, str) or (isinstance(value, int) and value > 10**12):
            found.setdefault(name, []).append(str(value))
    return {name: found[name] for name in sorted(found)}


def _tables(notebook: Notebook, evidence: Evidence) -> Iterator[tuple[str, Kinds]]:
    """Yield the kinds of personal data in the tables of text that travel, by the name of their file."""
    for file in evidence.files_read:
        path = notebook.path.parent / file.path
        delimiter = DELIMITERS.get(path.suffix.lower())
        if delimiter is None or not is_data(file) or file.size > LARGEST:
            continue
        try:
            state = path.stat()
            found = _in_table(path.resolve(), state.st_size, state.st_mtime_ns, delimiter)
        except (OSError, UnicodeDecodeError, csv.Error):
            continue  # gone, which planning tells, or no such text
        yield file.path, found


@lru_cache(maxsize=MOST_KEPT)
def _in_table(path: Path, size: int, modified: int, delimiter: str) -> Kinds:
    """Return the kinds of personal data in a table; it is looked through again once its size or time is another."""
    del size, modified
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8"), newline=""), delimiter=delimiter))
    names = rows[0] if rows else []
    columns = {
        f"{name or number}": [row[number] for row in islice(rows, 1, None) if number < len(row)]
        for number, name in enumerate(names)
    }
    return _columns_with(columns, {MAIL, *STRONG})


def with_notes(evidence: Evidence, notes: Sequence[str]) -> Evidence:
    """Return evidence with what is to be said of it."""
    return replace(evidence, problems=(*evidence.problems, *notes)) if notes else evidence
