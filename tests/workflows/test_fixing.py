"""Fixes are applied until none is left, and never leave what is no Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from nb2prod.notebook.model import Cell
from nb2prod.notebook.read import draft_of
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine import findings
from nb2prod.rules.facts import Facts
from nb2prod.rules.model import Finding, Fix, Fixing, Inserted, Loaded, Outputs, Rule, Severity, Source
from nb2prod.workflows.fixing import fix_for, mend
from nb2prod.workflows.reports.report import told
from tests.making import as_notebook

PATH = Path("n.ipynb")
CODES = count()


def rule(pattern: str, text: str | Callable[[Cell], Fix | None], fixing: Fixing = Fixing.SAFE) -> Loaded:
    """Return a rule that finds a pattern, and puts ``text`` in its place."""

    def check(cells: Sequence[Cell]) -> Iterator[Finding]:
        for cell in cells:
            for found in re.finditer(pattern, cell.source):
                yield Finding(f"`{found.group()}`", cell.index, cell.source[: found.start()].count("\n") + 1)

    def fix(finding: Finding, cells: Sequence[Cell]) -> Fix | None:
        cell = cells[finding.cell or 0]
        if callable(text):
            return text(cell)
        return Fix(f"Write {text}", (Source(cell.index, re.sub(pattern, text, cell.source, count=1)),))

    return Loaded(Rule(f"NB9{next(CODES):02}", "pattern", Severity.WARNING, fixing), check, "", "order", fix)


def sources(document: dict[str, Any]) -> list[str]:
    return ["".join(cell["source"]) for cell in document["cells"]]


def test_what_a_fix_uncovers_is_mended_too() -> None:
    document = as_notebook([(None, "a = 1\nb = 1\na = 1"), (None, "a = 1")])
    mended = mend(document, PATH, [rule("= 1", "= 2"), rule("= 2", "= 3")])
    assert sources(mended.after.document) == ["a = 3\nb = 3\na = 3", "a = 3"]
    assert len(mended.fixed) == 8
    assert sources(document) == ["a = 1\nb = 1\na = 1", "a = 1"]


def test_unsafe_fixes_have_to_be_asked_for() -> None:
    document = as_notebook([(None, "a = 1")])
    rules = [rule("= 1", "= 2", Fixing.UNSAFE)]
    assert mend(document, PATH, rules).fixed == ()
    assert sources(mend(document, PATH, rules, unsafe=True).after.document) == ["a = 2"]


def test_fixes_that_undo_each_other_come_to_an_end() -> None:
    document = as_notebook([(None, "a = 1")])
    assert sources(mend(document, PATH, [rule("= 1", "= 2"), rule("= 2", "= 1")]).after.document) == ["a = 2"]
    endless = mend(document, PATH, [rule("^", "b = 0\n")])
    assert len(endless.fixed) == 100


def test_a_fix_that_leaves_no_python_is_left_out() -> None:
    document = as_notebook([(None, "a = 1\n\nb = 2"), (None, "b = 2")])
    mended = mend(document, PATH, [rule("a = 1", "a = ("), rule("b = 2", "b = 3")])
    assert sources(mended.after.document) == ["a = 1\n\nb = 3", "b = 3"]


def test_a_fix_that_would_leave_no_python_is_not_promised() -> None:
    document = as_notebook([(None, "%matplotlib inline\na = 1"), (None, "b = 2")])
    facts, rules = Facts(draft_of(document, PATH), document), [rule("a = 1", "a = ("), rule("b = 2", "b = 3")]
    report = told(PATH, findings(facts, rules), facts, rules)
    assert [each.fix for each in report.findings] == [None, "safe"]


def test_a_fix_that_takes_a_name_away_is_left_out() -> None:
    document = as_notebook([(None, "a = 1\n\nb = 2"), (None, "c = a + b")])
    wanted = rule("a = 1", "d = 1")
    mended = mend(document, PATH, [wanted, rule("b = 2", "b = 3")])
    assert sources(mended.after.document) == ["a = 1\n\nb = 3", "c = a + b"]
    unread = as_notebook([(None, "a = 1")])
    assert sources(mend(unread, PATH, [wanted]).after.document) == ["d = 1"]


def test_a_fix_that_raises_is_told() -> None:
    def raising(_: Cell) -> Fix:
        raise ZeroDivisionError("no")

    document = as_notebook([(None, "a = 1\nb = 1")])
    loaded = rule("= 1", raising)
    mended = mend(document, PATH, [loaded])
    assert sources(mended.after.document) == ["a = 1\nb = 1"]
    (found,) = mended.broken
    assert found.rule.code == "NB000"
    assert found.finding.what == f"the fix of {loaded.rule.code} raised ZeroDivisionError: no"
    facts = Facts(draft_of(document, PATH), document)
    report = told(PATH, findings(facts, [loaded]), facts, [loaded])
    assert [(each.code, each.fix) for each in report.findings] == [(loaded.rule.code, None)] * 2 + [("NB000", None)]


def test_new_cells_and_outputs_keep_the_others_in_their_places() -> None:
    document = as_notebook([(None, "a = 1"), (None, "b = 2")])
    document["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "secret"}]

    def cut(cell: Cell) -> Fix:
        return Fix("Cut", (Outputs(cell.index, ()), Inserted(cell.index, "c = 3")))

    first = rule("a = 1", lambda cell: Fix("Add", (Inserted(0, "d = 4", "parameters"), Source(0, "a = 5"))))
    mended = mend(document, PATH, [first, rule("b = 2", lambda cell: cut(cell) if cell.output else None)])
    assert sources(mended.after.document) == ["d = 4", "a = 5", "c = 3", "b = 2"]
    assert mended.after.origins == (None, 0, None, 1)
    assert mended.after.document["cells"][3]["outputs"] == []
    assert mended.after.document["cells"][0]["metadata"] == {"tags": ["parameters"]}


def test_a_rule_whose_fix_is_of_cells_that_are_not_there_mends_nothing() -> None:
    document = as_notebook([(None, "a = 1")])
    for change in (Source(7, "x"), Inserted(3, "x"), Source(-1, "x")):
        assert mend(document, PATH, [rule("a", lambda cell, change=change: Fix("", (change,)))]).fixed == ()


def test_an_editor_gets_the_changes_by_cell() -> None:
    document = as_notebook([(None, "import numpy"), (None, "from math import *\nprint(pi)")])
    document["cells"][1]["id"] = "abc"
    star = [each for each in known_rules() if each.rule.code == "NB107"]
    found = findings(Facts(draft_of(document, PATH), document), star)[0].finding.what
    fix = fix_for(document, PATH, "NB107", "abc", 1, found)
    assert fix == {
        "title": "Import only `pi` that the notebook uses",
        "fix": "safe",
        "changes": [
            {
                "kind": "source",
                "cell": "abc",
                "index": 1,
                "before": "from math import *\nprint(pi)",
                "source": "from math import pi\nprint(pi)",
            }
        ],
    }
    assert fix_for(document, PATH, "NB107", "abc", 9, found) == fix  # the line has moved since
    assert fix_for(document, PATH, "NB107", "gone", 1, found) is None
    assert fix_for(document, PATH, "NB000", "abc", 1, found) is None
