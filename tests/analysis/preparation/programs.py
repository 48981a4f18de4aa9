"""Random programs that prepare tables: loops over columns and tables, functions, statistics, encoders, aliases."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from tests.analysis.preparation.program_lines import (
    ENDS,
    NEW,
    NUMBERS,
    OPENINGS,
    OTHERS,
    PRELUDE,
    STATISTICS,
    STORES,
    TEXTS,
    VALUES,
    WHOLE,
)  # fmt: skip

GLOBALS = {
    "ks", "seen", "box", "cols", "le", "sc", "u", "other", "df", "made", "means", "texts", "limit", "twice", "center",
    "plus", "share", "scaler", "encoders",
}  # fmt: skip
HOLE = re.compile(r"\b[TNMCWVS](?![\w'.])|\bT(?=\.)")


@dataclass(frozen=True)
class Scope:
    """What lines may name."""

    tables: tuple[str, ...] = ("df",)
    numbers: tuple[str, ...] = NUMBERS
    texts: tuple[str, ...] = TEXTS
    depth: int = 0
    inside: bool = False
    """Whether it is a function."""


@st.composite
def programs(draw: Any, most: int = 7) -> str:
    """Return a cell that makes ``X`` and ``y`` out of ``df``."""
    scope = Scope()
    lines = [_filled(draw, PRELUDE, scope)]
    count = draw(st.integers(1, most))
    lines += [_statement(draw, scope) for _ in range(count)]
    end = _filled(draw, draw(st.sampled_from(ENDS)), scope)
    table = "u" if end.startswith("X = u") else "df"
    return "\n".join([*lines, end, f"y = {table}['y']"])


def _statement(draw: Any, scope: Scope) -> str:
    if scope.depth < 3 and draw(st.integers(0, 3 + 2 * scope.depth)) == 0:
        return _compound(draw, scope)
    kind = draw(st.integers(0, 7))
    lines = STORES if kind < 4 else WHOLE if kind == 4 else OTHERS
    return _filled(draw, draw(st.sampled_from(lines)), scope)


def _filled(draw: Any, template: str, scope: Scope, depth: int = 0) -> str:
    def hole(match: re.Match[str]) -> str:
        kind = match.group()
        if kind in "VS":
            values = VALUES if kind == "V" else STATISTICS
            chosen = draw(st.sampled_from(values if depth < 2 else values[:6]))
            return _filled(draw, chosen, scope, depth + 1)
        names = {"T": scope.tables, "N": scope.numbers, "C": scope.texts, "W": (*scope.numbers, *NEW)}.get(
            kind, NUMBERS
        )
        chosen = str(draw(st.sampled_from([each for each in names if kind != "M" or each not in said] or names)))
        said.append(chosen)
        return chosen

    said: list[str] = []
    return HOLE.sub(hole, template)


def _block(draw: Any, scope: Scope, most: int = 3) -> str:
    lines = [_statement(draw, scope) for _ in range(draw(st.integers(1, most)))]
    return _indented("\n".join(lines))


def _indented(text: str) -> str:
    return "\n".join("    " + line for line in text.splitlines())


def _compound(draw: Any, scope: Scope) -> str:
    opening = _filled(draw, draw(st.sampled_from(OPENINGS)), scope)
    inner = replace(scope, depth=scope.depth + 1)
    if opening.startswith("def"):
        return _function(draw, opening, replace(inner, tables=("t",), inside=True), scope)
    if opening.startswith(("for c", "for i, c")):
        inner = replace(inner, numbers=("c", "c", *scope.numbers))
    elif opening.startswith("for k"):
        inner = replace(inner, texts=("k", "k", *scope.texts))
    elif opening.startswith("for d"):
        inner = replace(inner, tables=("d", "d", *scope.tables))
    body = f"{opening}\n{_block(draw, inner)}"
    if opening.startswith("if") and draw(st.booleans()):
        return f"{body}\nelse:\n{_block(draw, inner)}"
    if opening.startswith("for"):
        body += draw(st.sampled_from(["", "", "", "", "\n    if V > 2:\n        continue", "\n    break"])).replace(
            "V", str(draw(st.integers(1, 3)))
        )
    return body


def _function(draw: Any, opening: str, inner: Scope, outer: Scope) -> str:
    if "c=" in opening:
        inner = replace(inner, numbers=("c", *inner.numbers))
    start = draw(st.sampled_from(["t = t.copy()", "t = t.copy()", "m, v = 1, 2", "u = t", ""]))
    shadows = draw(st.sampled_from(["m, v = 1, 2", "m = v = t['kin'].mean()", "v = limit\nm = limit", ""]))
    body = _block(draw, inner, 5)
    bound = set(re.findall(r"^\s*(\w+)(?: [+*]?=|, )", body, re.MULTILINE))
    names = sorted(GLOBALS & bound)
    declared = f"global {', '.join(names)}" if names and draw(st.booleans()) else ""
    lines = "\n".join(line for line in (declared, start, shadows) if line)
    text = f"{opening}\n" + (_indented(lines) + "\n" if lines else "") + f"{body}\n    return t\n"
    call = draw(st.sampled_from(["T = f(T)", "T = f(T)", "f(T)", "df, other = f(df), f(other)", "T = f(f(T))",
                                 "T = T.pipe(f)", "u = f(T)"]))  # fmt: skip
    return text + _filled(draw, call, outer)
