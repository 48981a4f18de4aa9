"""A finding and its notebook to whether the notebook's author has said to ignore it, and why."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from nb2prod.notebook.model import SKIP, Cell, Notebook
from nb2prod.rules.engine_rules import PAGES, UNKNOWN_IGNORE
from nb2prod.rules.model import Finding, Found, Rule

COMMENT = re.compile(r"#\s*nb2prod\s*:\s*ignore\b(?:\s*\[([^\]]*)\]?)?", re.IGNORECASE)
"""``# nb2prod: ignore[NB201, NB202] because ...``: on a line for that line, on a line of its own for the cell."""
IN_FILES = frozenset({"NB330", "NB601"})
"""Codes of the rules that an export asks of files and rows that travel too: ``CODE PLACE`` lets one place pass."""
REMEDY = "name rules by their codes or names: `ignore[NB201]`; `nb2prod explain` lists them"


def is_ignored(notebook: Notebook, found: Found) -> bool:
    """Say whether a comment in the cell, its metadata or the notebook's metadata names the rule's code."""
    rule, finding = found.rule, found.finding
    if names(codes_in(notebook.metadata.get("nb2prod")), rule):
        return True
    if finding.cell is None:
        return False
    cell = notebook.cells[finding.cell]
    if names(codes_in(cell.options), rule):
        return True
    return any(line in (0, finding.line) and names(codes, rule) for line, _, codes in _commented(cell))


def is_ignored_at(notebook: Notebook, rule: Rule, cell: int, line: int) -> bool:
    """Say whether what the rule would find in that line of a code cell is ignored."""
    return is_ignored(notebook, Found(rule, Finding("", cell, line)))


def is_let_through(notebook: Notebook, rule: Rule, place: str) -> bool:
    """Say whether the notebook's metadata let what a rule finds travel, everywhere or in that file or folder."""
    said = codes_in(notebook.metadata.get("nb2prod"))
    places = (_code_and_place(each) for each in said)
    return names(said, rule) or any(at == place and _takes_place(code, rule) for code, at in places)


def _code_and_place(said: str) -> tuple[str, str]:
    """Return the parts of ``CODE PLACE``; the place is empty where none is named."""
    code, _, place = said.partition(" ")
    return code, place.strip()


def _takes_place(code: str, rule: Rule) -> bool:
    return rule.code in IN_FILES and names([code], rule)


def names(said: Iterable[str], rule: Rule) -> bool:
    """Say whether one of the texts, in any case, is the rule's name or what its code begins with."""
    return any(each and (rule.code.startswith(each) or rule.name.upper() == each) for each in map(str.upper, said))


def unknown_ignores(notebook: Notebook, rules: Iterable[Rule]) -> Iterator[Found]:
    """Yield a finding for each place that ignores none of all ``rules`` that there are by something that it says."""
    known = (*rules, *PAGES)
    for cell in notebook.cells:
        for line, number, said in _commented(cell) if cell.section != SKIP else ():
            del line
            yield from _unknown(said, known, cell.index, number)
            if not said - {""}:
                yield Found(UNKNOWN_IGNORE, Finding("ignores nothing, as no rule is named", cell.index, number, REMEDY))
        yield from _unknown(codes_in(cell.options), known, cell.index)
    said = codes_in(notebook.metadata.get("nb2prod"))
    yield from _unknown([each for each in said if not _is_placed(each, known)], known)


def _is_placed(said: str, known: Sequence[Rule]) -> bool:
    code, place = _code_and_place(said)
    return bool(place) and any(_takes_place(code, rule) for rule in known)


def _unknown(said: Iterable[str], known: Sequence[Rule], cell: int | None = None, line: int = 0) -> Iterator[Found]:
    for each in sorted(said):
        if each and not any(names([each], rule) for rule in known):
            what = f"`{each}`, which is to be ignored, is neither the name of a rule nor how a rule's code begins"
            yield Found(UNKNOWN_IGNORE, Finding(what, cell, line, REMEDY))


def codes_in(options: object) -> frozenset[str]:
    """Return what ``{"ignore": [...]}`` names, as it is written: codes, beginnings of codes, names of rules."""
    listed = options.get("ignore") if isinstance(options, (dict, Mapping)) else None
    return (
        frozenset(each.strip() for each in listed if isinstance(each, str)) if isinstance(listed, list) else frozenset()
    )


def _commented(cell: Cell) -> Sequence[tuple[int, int, frozenset[str]]]:
    """Return what comments name: the line that it is for, 0 for the cell, the comment's own line, and the texts."""
    return _named_in(cell.source)


@lru_cache(maxsize=16)  # asked for each place in a cell, one cell after the other
def _named_in(source: str) -> Sequence[tuple[int, int, frozenset[str]]]:
    if "nb2prod" not in source.lower() or not COMMENT.search(source):
        return ()
    found = []
    for number, alone, comment in _comments(source):
        said = COMMENT.search(comment)
        if said:
            codes = frozenset(code.strip() for code in (said.group(1) or "").split(","))
            found.append((0 if alone else number, number, codes))
    return found


_STRING = re.compile(
    r"(?P<comment>#[^\n]*)|(?i:\b[rbuft]{1,2})?(?:\"\"\"(?:\\.|[^\\])*?(?:\"\"\"|\Z)|'''(?:\\.|[^\\])*?(?:'''|\Z)"
    r"|\"(?:\\.|[^\"\\\n])*(?:\"|$)|'(?:\\.|[^'\\\n])*(?:'|$))",
    re.DOTALL | re.MULTILINE,
)


def _comments(source: str) -> Iterator[tuple[int, bool, str]]:
    """Yield a source's comments with their lines, and whether nothing else stands there.

    What is in a text is none. A source that is no Python, for its magics as a rule, is read for quotes alone.
    """
    lines = source.split("\n")
    found = _tokens(source)
    if found is None:
        texts = [each for each in _STRING.finditer(source) if each["comment"]]
        places = [(source.count("\n", 0, each.start()), each.start(), each[0]) for each in texts]
        found = [(row, start - (source.rfind("\n", 0, start) + 1), text) for row, start, text in places]
    for row, column, text in found:
        yield row + 1, not lines[row][:column].strip(), text


def _tokens(source: str) -> list[tuple[int, int, str]] | None:
    """Return row, column and text of a source's comments; ``None`` where it is no Python."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return None
    if any(token.type == tokenize.ERRORTOKEN for token in tokens):
        return None
    return [(token.start[0] - 1, token.start[1], token.string) for token in tokens if token.type == tokenize.COMMENT]
