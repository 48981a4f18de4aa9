"""Which names a statement binds, reads now, reads later, deletes."""

from __future__ import annotations

import ast
import symtable
import sysconfig
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nb2prod.analysis.state import BUILTINS
from tests.analysis.cells import facts_of, flow_of

FACTS = [
    pytest.param("a = b", {"a"}, {"b"}, id="an assignment"),
    pytest.param("a = b = c", {"a", "b"}, {"c"}, id="two targets"),
    pytest.param("(a, *b), [c] = d", {"a", "b", "c"}, {"d"}, id="nested and starred targets"),
    pytest.param("a: int = b", {"a"}, {"b"}, id="an annotated assignment"),
    pytest.param("a: T", set(), {"T"}, id="a bare annotation is evaluated and binds nothing"),
    pytest.param("a: 'T' = b", {"a"}, {"b"}, id="a string annotation is no reference"),
    pytest.param("a += b", {"a"}, {"a", "b"}, id="an augmented assignment"),
    pytest.param("for i in x: y = i", {"i", "y"}, {"x"}, id="a loop's own names are no references"),
    pytest.param("[i for i in x if i > t]", set(), {"x", "t"}, id="a comprehension's variable is local"),
    pytest.param("[j for i in x for j in i]", set(), {"x"}, id="a second generator reads the first's variable"),
    pytest.param("{k: v for k, v in d}", set(), {"d"}, id="a dict comprehension"),
    pytest.param("[y := x for x in z]", {"y"}, {"z"}, id="a walrus in a comprehension binds outside"),
    pytest.param("if (n := f(x)): print(n)", {"n"}, {"f", "x"}, id="a walrus is bound before it is read"),
    pytest.param("with a() as b, c(b) as d: e(d)", {"b", "d"}, {"a", "c", "e"}, id="with items see those before"),
    pytest.param("import a.b, c as d", {"a", "d"}, set(), id="imports"),
    pytest.param("from a import b as c, d", {"c", "d"}, set(), id="imports from"),
    pytest.param("f'{a:{b}} {c!r}'", set(), {"a", "b", "c"}, id="f-strings with nested formats"),
    pytest.param("a[b].c = d", set(), {"a", "b", "d"}, id="stores read their object"),
    pytest.param("f(*a, **b)", set(), {"f", "a", "b"}, id="star-args"),
    pytest.param("try:\n    a = b\nexcept E as e:\n    print(e)", {"a"}, {"b", "E"}, id="an exception's name is gone"),
    pytest.param("match x:\n    case P(a, k=b): pass", {"a", "b"}, {"x", "P"}, id="class patterns"),
    pytest.param("match x:\n    case {K.a: v, **r}: pass", {"v", "r"}, {"x", "K"}, id="mapping patterns"),
    pytest.param("match x:\n    case [a, *b] | (a, b): pass", {"a", "b"}, {"x"}, id="alternative patterns"),
    pytest.param("x = x", {"x"}, {"x"}, id="read before it is bound"),
    pytest.param("def f(a=b, *, c: T = d) -> R: return e", {"f"}, {"b", "T", "d", "R"}, id="what def evaluates now"),
    pytest.param("@d(x)\ndef f(): pass", {"f"}, {"d", "x"}, id="decorators"),
    pytest.param("lambda a=b: c", set(), {"b"}, id="a lambda's defaults"),
    pytest.param("class A(B, metaclass=M):\n    x = y\n    z = x", {"A"}, {"B", "M", "y"}, id="a class body runs now"),
    pytest.param("class A:\n    x = x", {"A"}, {"x"}, id="a class's name is its own from its binding on"),
    pytest.param("while a: b = c", {"b"}, {"a", "c"}, id="a while loop"),
    pytest.param("a if b else c", set(), {"a", "b", "c"}, id="a conditional expression"),
    pytest.param("assert a, b", set(), {"a", "b"}, id="an assertion"),
    pytest.param("raise a from b", set(), {"a", "b"}, id="a raise"),
    pytest.param("a[1:b, ...]", set(), {"a", "b"}, id="slices"),
    pytest.param("print(len(range(3)))", set(), set(), id="builtins are no references"),
]


@pytest.mark.parametrize(("source", "definitions", "references"), FACTS)
def test_definitions_and_references(source: str, definitions: set[str], references: set[str]) -> None:
    facts = facts_of(source)
    assert facts.definitions == definitions
    assert facts.references == references


DEFERRED = [
    pytest.param("def f(a): return a + b", {"b"}, id="a function's globals"),
    pytest.param(
        "def f():\n    x = 1\n    def g(): return x + y\n    return g", {"y"}, id="not what a closure captures"
    ),
    pytest.param("lambda x: x + y", {"y"}, id="a lambda's globals"),
    pytest.param(
        "class A:\n    k = 1\n    def m(self): return k", {"k"}, id="a class's names are invisible in methods"
    ),
    pytest.param("def f():\n    global n\n    n += 1", {"n"}, id="global names that are read"),
    pytest.param("def f(): return [i + k for i in z]", {"k", "z"}, id="comprehensions in functions"),
    pytest.param("def f():\n    import os\n    return os.sep", set(), id="imports in functions are local"),
    pytest.param("def f(a: T = d): pass", set(), id="defaults and annotations are read now, not later"),
    pytest.param("def f():\n    x: Q = 1\n    return x", set(), id="local annotations are never evaluated"),
    pytest.param("async def f():\n    async with a as b: return b", {"a"}, id="coroutines"),
    pytest.param("def f():\n    with a as b, c as d:\n        return b, d", {"a", "c"}, id="with in a function"),
]


@pytest.mark.parametrize(("source", "names"), DEFERRED)
def test_deferred(source: str, names: set[str]) -> None:
    assert facts_of(source).deferred == names


CONDITIONAL = [
    pytest.param("if c: a = 1", {"a"}, id="an if without else"),
    pytest.param("if c: a = 1\nelse: a = 2", set(), id="both ways of an if"),
    pytest.param("if c: a = 1\nelif d: a = 2", {"a"}, id="an elif without else"),
    pytest.param("if c: a = 1\nelse: raise E", set(), id="a way that leaves does not count"),
    pytest.param("for i in x: a = 1", {"i", "a"}, id="a loop that may not run"),
    pytest.param("for i in range(3): a = 1", set(), id="a loop that certainly runs"),
    pytest.param("for i in [1, 2]: a = 1", set(), id="a loop over a filled list"),
    pytest.param("for i in []: a = 1", {"i", "a"}, id="a loop over an empty list"),
    pytest.param("while c: a = 1", {"a"}, id="a while loop"),
    pytest.param("while True:\n    a = 1\n    break", set(), id="while True runs"),
    pytest.param("try: a = 1\nexcept E: pass", {"a"}, id="a try whose handler goes on"),
    pytest.param("try: a = 1\nexcept E: a = 2", set(), id="a try whose handler binds it as well"),
    pytest.param("try: a = 1\nexcept E: raise", set(), id="a try whose handler leaves"),
    pytest.param("with c: a = 1", set(), id="a with block runs"),
    pytest.param("match x:\n    case 1: a = 1", {"a"}, id="a match that may not match"),
    pytest.param("match x:\n    case 1: a = 1\n    case _: a = 2", set(), id="a match with a wildcard"),
    pytest.param("c and (a := 1)", {"a"}, id="a walrus that may not be reached"),
    pytest.param("if __name__ == '__main__': a = 1", set(), id="a notebook is __main__"),
]


@pytest.mark.parametrize(("source", "names"), CONDITIONAL)
def test_conditional(source: str, names: set[str]) -> None:
    assert facts_of(source).conditional == names


def test_a_deleted_name_is_undefined_afterwards() -> None:
    flow = flow_of("a = 1\ndel a\na")
    assert flow.statements[1].facts.deletions == {"a"}
    assert flow.undefined == {2: frozenset({"a"})}


def test_a_builtin_that_the_notebook_binds_is_a_name_like_any_other() -> None:
    flow = flow_of("list = [1]", "list")
    assert flow.statements[1].facts.references == {"list"}


SNIPPETS = [case.values[0] for case in (*FACTS, *DEFERRED, *CONDITIONAL)]
LIBRARY = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py"))[:160:4]


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.name)
def test_every_name_that_symtable_calls_global_is_found_in_the_standard_library(path: Path) -> None:
    _compare_with_symtable(path.read_text(encoding="utf-8"))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(SNIPPETS), min_size=1, max_size=6))
def test_every_name_that_symtable_calls_global_is_found_in_any_program(snippets: list[str]) -> None:
    _compare_with_symtable("\n".join(snippets))


def _compare_with_symtable(source: str) -> None:
    flow = flow_of(source)
    found: set[str] = set()
    for statement in flow.statements:
        facts = statement.facts
        found |= facts.definitions | facts.references | facts.deferred | facts.deletions
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = symtable.symtable(source, "cell", "exec")
    never_evaluated = _local_annotations(ast.parse(source)) | _gone(ast.parse(source))
    assert _globals(table) - found - BUILTINS - never_evaluated == set()


def _globals(table: symtable.SymbolTable) -> set[str]:
    names = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_global() and (symbol.is_referenced() or symbol.is_assigned())
        # symtable takes a function called "top" for the module.
        if not (table.get_type() == "function" and symbol.is_local())
    }
    return names.union(*(_globals(child) for child in table.get_children()))


def _local_annotations(tree: ast.AST) -> set[str]:
    return {
        name.id
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.AnnAssign)
        for name in ast.walk(node.annotation)
        if isinstance(name, ast.Name)
    }


def _gone(tree: ast.AST) -> set[str]:
    """Return the names of exceptions, which are unbound where their handler ends, and bare annotations' names."""
    handlers = {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.name}
    bare = {
        node.target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and node.value is None and isinstance(node.target, ast.Name)
    }
    return handlers | bare
