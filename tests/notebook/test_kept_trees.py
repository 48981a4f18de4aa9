"""A cell is parsed once, however its tree is asked for."""

from __future__ import annotations

import ast

import pytest

from nb2prod.notebook import syntax


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
