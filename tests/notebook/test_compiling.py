"""What the compiler refuses and the parser does not is seen in a cell's text; the compiler itself is asked what it
refuses."""

from __future__ import annotations

import ast
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb2prod.notebook.compiling import may_not_compile
from nb2prod.notebook.syntax import syntax_problems

REFUSED = (
    "return 1", "yield 1", "x = [(yield i) for i in y]", "break", "continue", "if a:\n    continue",
    "def f(a, a): pass", "lambda a, a: 1", "def f():\n    x = 1\n    global x", "def f(x):\n    global x",
    "nonlocal x", "def f():\n    nonlocal x", "def f():\n    from os import *", "x: int\nglobal x",
    "[i := 0 for i in y]", "[x for x in (y := z)]", "f(a=1, a=2)", "f(a=1,  # one\n  a=2)", "f(\n# one\na=1,\na=2)",
    "print(f(a=1, b=g(c=2), a=3))", "class A(B, x=1, x=2): pass", "a, *b, *c = d", "*a = b", "*a", "x = *a",
    "del __debug__", "__debug__ = 1", "x.__debug__ = 1", "f(__debug__=1)", "import __debug__",
    "try:\n    x\nexcept:\n    y\nexcept E:\n    z", "x = 1\nfrom __future__ import division",
    "from __future__ import everything", "match x:\n    case a: pass\n    case b: pass",
    "match x:\n    case [a, a]: pass", "match x:\n    case a | [b]: pass", "match x:\n    case {1: a, 1: b}: pass",
    "match x:\n    case A(b=1, b=2): pass", "async def f():\n    yield 1\n    return 2", "def f():\n    await x",
    "def f():\n    [x async for x in y]", "def f():\n    async with x: pass", "x: (yield)", "f'{(yield)}'",
    "f'{f(a=1, a=2)}'", "f(é=1, é=2)", "f(की=1, की=2)", "f(ﬁ=1, fi=2)", "f(e\u0301=1, é=2)", "é, *b, *c = d",
    "x = (\n*a)", "x = a if b else *c", "x = [a, *b]; *c", "with " + ", ".join("a" * 21) + ": pass",
    "".join(" " * n + f"for a{n} in b:\n" for n in range(21)) + " " * 21 + "pass",
    "".join("\t" * n + "while a:\n" for n in range(21)) + "\t" * 21 + "pass",
    "".join("\f" + " " * n + "while a:\n" for n in range(21)) + " " * 21 + "pass",
    "".join(" " * n + "\\\nwhile a:\n" for n in range(21)) + " " * 21 + "pass",
    "x = " + "-" * 3000 + "1", "x = " + "~ " * 3000 + "1", "x = a" + ".b" * 3000, "x = f" + "()" * 3000,
    "x = " + "not " * 3000 + "1", "x = 1" + " + 1" * 3000,
)  # fmt: skip
"""What the compiler of some Python refuses, and its parser does not."""
IN_BLOCKS = (
    "for a in b:\n  pass\nelse:\n  break", "while a:\n  def f():\n    continue", "class A:\n  return",
    "def f():\n  class A:\n    return", "for a in b:\n  class A:\n    break", "if a:\n  return 1",
    "try:\n  x\nfinally:\n  break", "def f():\n  def g(a, *, a): pass", "def f(a, *a): pass",
    "def f(a, /, a): pass", "def f(a, **a): pass", "lambda a=b[1:2], a=3: 1", "lambda a, *, a: 1",
    "if a:\n  f(b=1,\n    b=2)", "def f():\n  x = 1\n  g(b=1, c=[2,\n  3], b=2)",
    "for a in b:\n  @f(a=1,\n  a=2)\n  def g(): pass", "try:\n  x\nexcept f(a=1,\n a=2):\n  pass",
    "with a:\n  with b, c, d, e, " + ", ".join("f" * 17) + ": pass",
    "".join(" " * n + "try:\n" for n in range(21)) + " " * 21 + "x\n"
    + "".join(" " * n + "finally: y\n" for n in reversed(range(21))),
    "def f():\n  if a:\n    x = " + "1" + " + 1" * 2000,
)  # fmt: skip
"""What it refuses for the block that it stands in, or for others in the same block."""
PARTS = (
    "a", "b", "1", "'t'", " ", "\n", "\n    ", "\n        ", "\t", "\\\n", "# a=1\n", "(", ")", "[", "]", "{", "}", ",",
    ", ", "=", " = ", ":", ";", ".", "*", "**", "-", "~", "+", "not ", ":=", "->", "@", "f(a=1", ", a=2)", "f'{a}'",
    "lambda ", "def f(a):", "class A:", "async ", "await ", "yield ", "return ", "global a", "nonlocal a", "break",
    "continue", "try:", "except:", "except E as a:", "finally:", "with a:", "for a in b:", "while a:", "if a:", "else:",
    "elif b:", "match a:", "case [a, a]:", "import a", "from a import *", "from __future__ import a", "del a",
    "__debug__", "assert a", "raise a", "pass", "in ", "for a in b", " if a else b", "type a = b", "é", "ª",
    "e\u0301", "की", "ﬁ",
)  # fmt: skip


def refused_by_the_compiler(code: str) -> bool:
    """Say whether a cell is parsed and then refused, as Jupyter compiles it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(code)
        except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
            return False
        try:
            compile(tree, "a cell", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
            return True
    return False


def is_seen(code: str) -> bool:
    """Say whether a cell is seen by its text and its statements; one that is no Python is nobody's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            statements = ast.parse(code).body
        except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
            return False
    return may_not_compile(code, statements)


@pytest.mark.parametrize("code", REFUSED, ids=lambda code: code[:30])
def test_what_the_compiler_refuses_is_seen(code: str) -> None:
    assert is_seen(code) or not refused_by_the_compiler(code)
    if refused_by_the_compiler(code):
        assert syntax_problems(code, "cell [1]")


def test_nearly_all_of_them_are_refused_by_this_python() -> None:
    assert sum(map(refused_by_the_compiler, REFUSED)) > 0.8 * len(REFUSED)
    assert sum(map(refused_by_the_compiler, IN_BLOCKS)) > 0.8 * len(IN_BLOCKS)


@pytest.mark.parametrize(
    "code",
    (
        "import pandas as pd\ndf = pd.read_csv('a.csv', index_col=0)\ndf.head()",
        "for i in range(3):\n    for j in range(3):\n        print(i, j, sep='-', end='')",
        "x, y = f(a=1), g(b == 2)  # seen below",
        "area = width * height ** 2\nprint('é' * 3, x[0] * f(**given))  # größer",
        "x = {\n                   a: b\n                   for a, b in c  # with\n}",
        "X_train, X_test = train_test_split(X, test_size=0.2, random_state=1)\nmodel.fit(X_train, y[0])",
        "def f(a, b=1):\n    for c in a:\n        if c: break\n    return [c, b]",
        "class A(B):\n  def f(self):\n    try:\n      return g(a=1)\n    except E:\n      return g(a=2)",
        "with open(a) as b:\n    for c in b:\n        if not c:\n            continue\n        print(type(c))",
        "df.apply(lambda row: row.a + row.b, axis=1)\nlabel = lambda a, b: '# return is not said here'",
        "x = 1\n" * 200,
    ),
)
def test_usual_cells_are_not_compiled(code: str) -> None:
    assert not is_seen(code)


@pytest.mark.parametrize("code", IN_BLOCKS, ids=lambda code: code[:30])
def test_what_is_refused_in_a_block_is_seen(code: str) -> None:
    assert is_seen(code)


def test_a_keyword_may_come_again_in_another_statement() -> None:
    for code in ("f(a=1)\ng(a=2)", "f(a=1)\nx = 1\n# again\ng(\n    a=2)"):
        assert not may_not_compile(code, ast.parse(code).body)
    for code in ("f(a=1,\n\n  a=2)", "x = 1; f(a=1, a=2)", "@f(a=1,\n  a=2)\ndef g(): pass", "if b:\n  f(a=1,\na=2)"):
        assert may_not_compile(code, ast.parse(code).body)


@given(st.lists(st.sampled_from(PARTS), max_size=14).map("".join))
def test_nothing_that_is_put_together_is_let_pass(code: str) -> None:
    assert is_seen(code) or not refused_by_the_compiler(code)


@given(st.lists(st.sampled_from(REFUSED[:-12]), min_size=1, max_size=3), st.sampled_from(("\n", "\n\n", "\nx = 1\n")))
def test_nothing_is_let_pass_beside_other_code(parts: list[str], between: str) -> None:
    for code in (between.join(parts), "if a:\n" + "\n".join(f"  {line}" for line in between.join(parts).split("\n"))):
        assert is_seen(code) or not refused_by_the_compiler(code)


@given(
    st.sampled_from(("-", "~", "a.", "f(", "[", "not ", "a[", "a[:", "f(a=", "{", "(", "{a:", "a+", "lambda:", "f'{"))
)
def test_no_short_cell_is_nested_too_deeply(opening: str) -> None:
    ends = {"(": ")", "[": "]", "{": "}", "'": "}'"}
    for depth in (50, 90, 190, 250, 399, 799):
        code = opening * depth + "a" + "".join(ends.get(each, "") for each in reversed(opening)) * depth
        assert is_seen(code) or not refused_by_the_compiler(code)


def test_comments_of_many_signs_take_no_time() -> None:
    assert not is_seen("f(1,  " + "# " * 390 + "\n)")
    assert not is_seen("f(1," + "\n\n# #" * 150 + "\n)")
