"""Text from a notebook reads as what it is in the README."""

from __future__ import annotations

import pytest

from nb2prod.render.escape import cell, prose


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a `df[['x']].T * 2` here", "a `df[['x']].T * 2` here"),
        ("an odd ` alone, *stars* and [a](b)", "an odd \\` alone, \\*stars\\* and \\[a\\](b)"),
        ("``two`` are no code", "\\`\\`two\\`\\` are no code"),
        ("<b> & `<b>`", "&lt;b&gt; & `<b>`"),
        ("get_dummies, _private_ and __all__", "get_dummies, \\_private\\_ and \\_\\_all\\_\\_"),
    ],
)
def test_prose_has_no_markup_but_code(text: str, line: str) -> None:
    assert prose(text) == line


def test_a_bar_does_not_end_a_cell() -> None:
    assert cell("`a | b` | c") == "`a \\| b` \\| c"
