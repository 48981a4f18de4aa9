"""Lines are counted as cells count them, whatever else some call a line's end."""

from __future__ import annotations

from pathlib import Path

import pytest

from nb2prod.notebook.read import draft_of
from nb2prod.rules.discovery import known_rules
from nb2prod.workflows.fixing import mend
from tests.making import as_notebook


@pytest.mark.parametrize("end", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\r"])
@pytest.mark.parametrize("leftover", ["%debug", "breakpoint()"])
def test_a_leftover_below_an_odd_line_is_taken_out_or_left(end: str, leftover: str) -> None:
    rule = [each for each in known_rules() if each.rule.code == "NB710"]
    document = as_notebook([(None, f'a = """one{end}two"""\n{leftover}\nb = 2')])
    path = Path("n.ipynb")
    mended = mend(document, path, rule)
    assert mended.broken == ()
    source = draft_of(mended.after.document, path).cells[0].source
    if end != "\r":
        assert source.endswith('two"""\nb = 2')
