"""
## What it does
Finds personal data in the source and in the stored outputs: mail addresses, phone numbers, card numbers, bank account
numbers, national numbers, and names of people. Whatever has a check digit counts only where that is right (cards by
Luhn, IBAN mod 97, and the national numbers of several countries); addresses of functions (``info@``), of nobody
(``example.com``) and those of authors are passed over. It says which kind and how many, and never what they are.

## Why is this bad
Whoever gets the file gets the data: the people in them have not agreed to that, and laws (GDPR, HIPAA) ask for it. An
export refuses to carry them along in code.

## Example
```python
customers.head()  # with the output stored: names, mail addresses, card numbers
```

## Use instead
Clear the output before the notebook is saved, or show columns that name nobody:
```python
customers[["age", "plan"]].head()
```
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from nb2prod.notebook.model import Notebook
from nb2prod.rules.model import Finding, Rule, Severity
from nb2prod.rules.personal import MAIL, Personal, find_personal
from nb2prod.rules.secret_texts import secrets_in_cell
from nb2prod.rules.stored_texts import closing_markdown, seen_by_people
from nb2prod.rules.wording import counted

RULE = Rule("NB330", "personal-data", Severity.WARNING)
AUTHOR = re.compile(
    r"(?i)author|contact|maintain|copyright|\bby\b|mailto:|created|written|question|feedback|e-?mail me|©"
)
MOST_REMEMBERED = 4096
"""Cells, Markdown texts and short outputs whose answer is kept."""
LONGEST_REMEMBERED = 4000
"""Characters of such an output."""
IN_SOURCE = "take made-up values, or read them from a file that stays where it is"


def check(
    notebook: Notebook,
    document: Mapping[str, Any],
    shown_texts: Mapping[int, Sequence[str]] = MappingProxyType({}),
) -> Iterator[Finding]:
    """Yield a finding for each line of source, and for the outputs of each cell, of which ``shown_texts`` are."""
    for cell in notebook.cells:
        heading = in_source(cell.heading) if cell.heading else ()
        if heading:
            kinds_above = Counter(each.kind for each in heading)
            yield Finding(f"the Markdown above the cell holds {counted(kinds_above)}", cell.index, 0, IN_SOURCE)
        lines: dict[int, Counter[str]] = {}
        for each in in_source(cell.source):
            lines.setdefault(cell.source.count("\n", 0, each.start) + 1, Counter())[each.kind] += 1
        for line, kinds in lines.items():
            yield Finding(f"the source holds {counted(kinds)}", cell.index, line, IN_SOURCE)
    closing = Counter(each.kind for each in in_source(closing_markdown(notebook, document)))
    if closing:
        yield Finding(f"the Markdown below the last cell holds {counted(closing)}", None, 0, IN_SOURCE)
    for index, texts in shown_texts.items():
        shown = list(_shown(texts))
        if shown:
            remedy = "clear the output before saving, or show columns that name nobody"
            yield Finding(f"its stored outputs show {counted(Counter(shown))}", index, remedy=remedy)


@lru_cache(maxsize=MOST_REMEMBERED)
def in_source(text: str) -> Sequence[Personal]:
    """Return what a cell's source or a Markdown text holds; whom an author says to write to is no secret."""
    found = find_personal(text, names=False)
    secrets = secrets_in_cell(text) if found else ()  # told as such, and not once more
    return [
        each
        for each in found
        if not any(each.start < secret.end and secret.start < each.end for secret in secrets)
        and (each.kind != MAIL or not _is_authors(text, each))
    ]


@lru_cache(maxsize=MOST_REMEMBERED)
def _in_short(text: str) -> Sequence[Personal]:
    """Return what an output shows; most are not shown anew while a notebook is edited."""
    return find_personal(text)


def _is_authors(text: str, each: Personal) -> bool:
    """Say whether the line says so, or an address stands in angle brackets behind a name in a comment."""
    start = text.rfind("\n", 0, each.start) + 1
    end = text.find("\n", each.end)
    line = text[start : end if end >= 0 else len(text)]
    named = line.lstrip().startswith("#") and text[each.start - 1 : each.start] == "<"
    return named or AUTHOR.search(line) is not None


def _shown(texts: Sequence[str]) -> Iterator[str]:
    """Yield the kind of each thing that is shown; what a table shows as text and as HTML counts once."""
    seen: set[tuple[str, str]] = set()
    for text in seen_by_people(texts):
        for each in _in_short(text) if len(text) <= LONGEST_REMEMBERED else find_personal(text):
            key = (each.kind, re.sub(r"<[^>]*>|\s+", " ", text[each.start : each.end]))
            if key not in seen:
                seen.add(key)
                yield each.kind
