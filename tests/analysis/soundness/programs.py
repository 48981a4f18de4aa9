"""Random programs over lists, dicts, tables, arrays, objects, functions and generators.

Each name keeps the kind of value that its first letter says, so that nearly every statement runs.
"""

from __future__ import annotations

import re
import symtable
from typing import Any

from hypothesis import strategies as st

from tests.analysis.soundness.lines import PRELUDE, SIMPLE

OPEN = """
if N > 1:
if L:
for N in [1, 2]:
for N in range(2):
for L in M:
for L in [L, L]:
for L in (L, L):
for L in list(D.values()):
for key, L in D.items():
for N, L in enumerate(M):
for L, O.items in zip(M, M):
for M[0] in [L]:
for F in K:
for F in [F, F]:
for F in E.values():
for key, F in list(E.items()):
for A in [A, A]:
for row in A:
for N in I:
for each in O:
with O as L:
with growing(L) as L:
with growing(L):
with O, growing(L) as L:
with contextlib.suppress(ZeroDivisionError):
try:
while len(L) > 3:
match L:
def G(x):
def G(x, y=L):
def G(x, *rest, **more):
class Own:
""".strip().splitlines()

NAMES = {
    "L": ["l0", "l1", "l2"],
    "M": ["m0", "m1"],
    "D": ["d0", "d1"],
    "F": ["f0", "f1"],
    "E": ["e0"],
    "K": ["k0"],
    "A": ["a0", "a1"],
    "O": ["o0", "o1"],
    "N": ["n0", "n1"],
    "G": ["g0", "g1"],
    "I": ["i0", "i1"],
}
HOLE = re.compile(r"\b([LMDFEKAONGI])\b")


@st.composite
def programs(draw: Any, most: int = 10) -> list[str]:
    """Return the top-level statements of a program."""
    count = draw(st.integers(1, most))
    return [*PRELUDE, *(_statement(draw, 0, False) for _ in range(count))]


def _statement(draw: Any, depth: int, inside: bool) -> str:
    if depth < 2 and draw(st.integers(0, 3)) == 0:
        return _compound(draw, depth, inside)
    return _filled(draw, draw(st.sampled_from(SIMPLE)), inside)


def _filled(draw: Any, template: str, inside: bool) -> str:
    def name(match: re.Match[str]) -> str:
        choices = list(NAMES[match.group()])
        if inside and match.group() == "L":
            choices.append("x")
        return str(draw(st.sampled_from(choices)))

    return HOLE.sub(name, template)


def _block(draw: Any, depth: int, inside: bool) -> str:
    lines = [_statement(draw, depth + 1, inside) for _ in range(draw(st.integers(1, 3)))]
    return _indented("\n".join(lines))


def _indented(text: str) -> str:
    return "\n".join("    " + line for line in text.splitlines())


def _compound(draw: Any, depth: int, inside: bool) -> str:
    opening = _filled(draw, draw(st.sampled_from(OPEN)), inside)
    if opening.startswith("def"):
        return _function(draw, opening, depth)
    body = _block(draw, depth, inside)
    if opening.startswith("try"):
        handler = draw(st.sampled_from(["except Exception as error:", "except (ValueError, KeyError):", "finally:"]))
        return f"try:\n{body}\n{draw(st.sampled_from(['', '    1 / 0']))}\n{handler}\n{_block(draw, depth, inside)}"
    if opening.startswith("match"):
        other = _block(draw, depth, inside)
        return f"{opening}\n    case [p, *q]:\n{_indented(body)}\n    case w:\n{_indented(other)}"
    if opening.startswith("while"):
        name = opening.split("(")[1].split(")")[0]
        return f"{opening}\n    {name}.pop()\n{body}\n    if not {name}: break\n    del {name}[3:]"
    if opening.startswith("class"):
        return f"{opening}\n    inner = {_filled(draw, 'L', inside)}\n{body}"
    if opening.startswith("if") and draw(st.booleans()):
        return f"{opening}\n{body}\nelse:\n{_block(draw, depth, inside)}"
    ending = draw(st.sampled_from(["", "", "    break", "    continue"])) if opening.startswith("for") else ""
    return f"{opening}\n{body}\n{ending}"


def _function(draw: Any, opening: str, depth: int) -> str:
    body = _block(draw, depth, True)
    names = sorted(_bound(body))
    lines = []
    if names:
        chosen = draw(st.sets(st.sampled_from(names)))
        rest = [name for name in names if name not in chosen]
        if rest and draw(st.booleans()):
            # What it binds itself needs a value first.
            opening = opening.replace("(x", "(x, " + ", ".join(f"{name}={name}" for name in rest), 1)
            rest = []
        chosen = sorted({*chosen, *rest})
        lines = [f"global {', '.join(chosen)}", *lines] if chosen else lines
    ending = draw(st.sampled_from(["return x", "return None", _filled(draw, "return L", True)]))
    nested = draw(st.integers(0, 3)) == 0
    if nested:
        inner = "count = 0\ndef inner(z):\n    nonlocal count\n    count += 1\n    z.append(count)\n    return z\n"
        ending = inner + draw(st.sampled_from(["inner(x)\nreturn x", "return inner", "return inner(x)"]))
    return "\n".join([opening, _indented("\n".join(lines)) if lines else "    pass", body, _indented(ending)])


def _bound(body: str) -> set[str]:
    """Return the names of ours that a function's body binds."""
    try:
        table = symtable.symtable("def f(x):\n" + body, "f", "exec").get_children()[0]
    except SyntaxError:
        return set()
    bound = {each.get_name() for each in table.get_symbols() if each.is_assigned() and not each.is_parameter()}
    return bound & {name for names in NAMES.values() for name in names}
