"""Cells split into statements, with the comments that belong to each."""

from __future__ import annotations

import ast
import sysconfig
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nb2prod.analysis.model import Kind
from nb2prod.analysis.statements import kind_of, split_statements

SPLITS = [
    pytest.param("a = 1\nb = 2", ["a = 1", "b = 2"], id="one a line"),
    pytest.param("a = 1; b = 2  # c", ["a = 1", "b = 2  # c"], id="several on a line, the comment with the last"),
    pytest.param("# why\na = 1  # how", ["# why\na = 1  # how"], id="comments above and behind"),
    pytest.param("# far\n\n# near\na = 1", ["# near\na = 1"], id="a blank line parts a comment"),
    pytest.param("a = '''#\n# no comment\n'''", ["a = '''#\n# no comment\n'''"], id="a hash in a string"),
    pytest.param("@d\n# x\ndef f():\n    pass", ["@d\n# x\ndef f():\n    pass"], id="decorators"),
    pytest.param("ü = 'é'; b = 'ß'  # ö", ["ü = 'é'", "b = 'ß'  # ö"], id="offsets count bytes"),
    pytest.param("plt.show();", ["plt.show()"], id="a semicolon at the end goes"),
    pytest.param("f(\n  1,  # one\n)", ["f(\n  1,  # one\n)"], id="comments inside stay"),
    pytest.param("x = 1 \\\n  + 2", ["x = 1 \\\n  + 2"], id="a backslash"),
    pytest.param("if a:\n    b\n\n\n# c\nd", ["if a:\n    b", "# c\nd"], id="a comment after a block is the next's"),
    pytest.param("", [], id="nothing"),
    pytest.param("# only a comment", [], id="only a comment"),
]


@pytest.mark.parametrize(("code", "sources"), SPLITS)
def test_split(code: str, sources: list[str]) -> None:
    assert [piece.source for piece in split_statements(code)] == sources


def test_a_decorated_function_starts_at_its_decorator() -> None:
    assert [piece.line for piece in split_statements("\n@a\n@b\ndef f(): pass")] == [2]


def test_code_that_does_not_parse_raises_what_python_raises() -> None:
    with pytest.raises(SyntaxError):
        list(split_statements("a b"))


KINDS = [
    pytest.param("import a", Kind.IMPORT, id="import"),
    pytest.param("from a import *", Kind.IMPORT, id="star import"),
    pytest.param("async def f(): pass", Kind.FUNCTION, id="coroutine"),
    pytest.param("class A: pass", Kind.CLASS, id="class"),
    pytest.param("a = {'x': [1, -2, 3 * 4]}", Kind.CONSTANT, id="nested literal"),
    pytest.param("a: int = 1", Kind.CONSTANT, id="annotated literal"),
    pytest.param("a = [b]", Kind.OTHER, id="a list with a name in it"),
    pytest.param("a, b = 1, 2", Kind.OTHER, id="two names at once"),
    pytest.param("a.b = 1", Kind.OTHER, id="an attribute"),
    pytest.param("print(1)", Kind.OTHER, id="an expression"),
]


@pytest.mark.parametrize(("code", "kind"), KINDS)
def test_kind(code: str, kind: Kind) -> None:
    assert kind_of(ast.parse(code).body[0]) is kind


PARTS = [case.values[0] for case in SPLITS]
LIBRARY = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py"))[2:160:5]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=8), st.sampled_from(["\n", "\n\n", "\n# c\n", "\n\n#\n"]))
def test_the_pieces_of_any_program_join_back(parts: list[str], between: str) -> None:
    _joins_back(between.join(parts))


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.name)
def test_the_pieces_of_the_standard_library_join_back(path: Path) -> None:
    _joins_back(path.read_text(encoding="utf-8"))


def _joins_back(code: str) -> None:
    pieces = list(split_statements(code))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        again = ast.parse("\n".join(piece.source for piece in pieces))
        assert ast.dump(again) == ast.dump(_at_top_level(ast.parse(code)))


def _at_top_level(tree: ast.Module) -> ast.Module:
    """Return the tree with what stands below ``if __name__ == "__main__":`` moved out."""
    body: list[ast.stmt] = []
    for node in tree.body:
        guarded = isinstance(node, ast.If) and not node.orelse and "__name__ == '__main__'" in ast.unparse(node.test)
        body += node.body if isinstance(node, ast.If) and guarded else [node]
    return ast.Module(body, [])


def test_what_a_main_guard_protects_stands_at_the_top_level() -> None:
    code = 'x = 1\nif __name__ == "__main__":\n    text = """a\n  b"""\n\n    # why\n    run(text)\ny = 2\n'
    pieces = list(split_statements(code))
    assert [piece.source for piece in pieces] == ["x = 1", 'text = """a\n  b"""', "# why\nrun(text)", "y = 2"]
    assert [piece.line for piece in pieces] == [1, 3, 7, 8]


def test_a_main_guard_with_an_alternative_stays_whole() -> None:
    assert len(list(split_statements('if __name__ == "__main__":\n    a()\nelse:\n    b()\n'))) == 1
