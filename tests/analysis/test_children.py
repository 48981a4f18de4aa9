"""What is walked and written faster is what the standard library walks and writes."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from nb2prod.analysis.children import walked
from nb2prod.analysis.model import Facts, Kind, Statement, may_name
from nb2prod.analysis.unparse import unparsed

LEFT_OUT = (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)
FILES = sorted((Path(__file__).parents[2] / "nb2prod" / "analysis").rglob("*.py"))[::6]
RARE = """
match point:
    case Point(x=0, y=[1, *rest]) | {"a": 1, **others} if rest: pass
try:
    async def f[T](a, /, b: int = 1, *c, d=2, **e): return [await g async for g in h if (k := g)]
except* (A, B) as error: raise C from error
x: int = u"a"; y = 1e400, -1, 1j, ..., b"a\\n", "'\\"\\n", None, True, 10**30, f"{a!r:>{b}}", (1).real, a.b.c[0].d
"""


@cache
def trees() -> list[ast.Module]:
    """Return syntax of all kinds."""
    rare = RARE if hasattr(ast, "TypeVar") else RARE.replace("[T]", "")
    return [ast.parse(rare), *(ast.parse(each.read_text("utf-8")) for each in FILES)]


def test_all_nodes_are_walked_in_the_same_order() -> None:
    for tree in trees():
        assert walked(tree) == [each for each in ast.walk(tree) if not isinstance(each, LEFT_OUT)]


def test_expressions_are_written_the_same() -> None:
    written = [each for tree in trees() for each in ast.walk(tree) if isinstance(each, ast.expr)]
    assert [unparsed(each) for each in written] == [ast.unparse(each) for each in written]


@pytest.mark.parametrize(
    ("source", "found"), [("m.fit(X)", True), ("m.ﬁt(X)", True), ("m.fits(refit)", False), ("m. \\\n fit(X)", True)]
)
def test_a_name_is_looked_for_as_python_reads_it(source: str, found: bool) -> None:
    statement = Statement(0, 0, 1, source, ast.parse(source).body[0], Kind.OTHER, Facts())
    assert may_name(statement, "fit") is found
    assert found is any(getattr(each, "attr", "") == "fit" for each in walked(statement.node))
