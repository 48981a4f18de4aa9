"""A cell is parsed once, however its tree is asked for, and kept for as long as there is room."""

from __future__ import annotations

import ast
import warnings

import pytest

from nb2prod.notebook import kept, syntax
from nb2prod.notebook.syntax import tree_of


def test_a_cell_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    real = ast.parse

    def parse(code: str) -> ast.Module:
        parsed.append(code)
        return real(code)

    monkeypatch.setattr(ast, "parse", parse)
    code = "once = 'parsed'  # whoever asks"
    assert syntax.syntax_problems(code, "cell [1]") == []
    first = syntax.tree_of(code)
    assert syntax.tree_of(code, 0) is syntax.tree_of(code, copy=0) is first
    assert parsed == [code]
    assert syntax.tree_of(code, 1) is not first


def test_long_cells_leave_less_room_and_the_longest_unasked_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept.Kept, "most_characters", 1000 + 3 * kept.EACH)
    made: list[str] = []

    @kept.Kept
    def first(code: str, copy: int) -> str:
        made.append(code[0])
        return code[0]

    for code in ("a" * 400, "b" * 400, "a" * 400, "c" * 400, "a" * 400, "b" * 400, "d" * 5000, "d" * 5000, "a" * 400):
        assert first(code) == code[0]
    assert made == list("abcbda")
    first.cache_clear()
    assert first("a") == first("a", 0) == first("a", 1) == "a"
    assert made == list("abcbdaaa")


@pytest.mark.parametrize(
    "code",
    (
        "'\\d'",
        "x = 1if y else 2",
        "1or 2",
        "[0x1for x in y]",
        "1.if x else 2",
        "1jif x else 2",
        "1e5in x",
        "f'{1or 2} \\d'",
        "0b1and 2",
        "0o7is x",
        "1_000or 2",
        "1.5or 2",
        ".5or 2",
    ),
)
def test_what_the_parser_warns_of_is_nobodys_concern(code: str) -> None:
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        for each in (code, f"x = 1\n{code}"):
            tree_of(each)
    assert not heard
