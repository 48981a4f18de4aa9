"""A cell is parsed once, however its tree is asked for, and kept for as long as there is room."""

from __future__ import annotations

import ast

import pytest

from nb2prod.notebook import kept, syntax


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
