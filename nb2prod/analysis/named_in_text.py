"""A call to the names that a text in it mentions: ``df.query("x > @limit")``, ``smf.ols("y ~ np.log(x)", df)``."""

from __future__ import annotations

import ast
import re

FORMULAS = frozenset(
    {"ols", "wls", "gls", "glm", "logit", "probit", "poisson", "mnlogit", "negativebinomial", "rlm", "quantreg",
     "mixedlm", "gee", "phreg", "from_formula", "dmatrix", "dmatrices"}
)  # fmt: skip
"""Functions that read a formula and look up, where they are called, what it calls."""
QUERIES = frozenset({"query", "eval"})
"""Methods of tables that read an expression and look up ``@name`` where they are called."""
LOOKING_UP = FORMULAS | QUERIES
NO_NAMES: frozenset[str] = frozenset()
_AT = re.compile(r"@\s*([A-Za-z_]\w*)")


def names_in_text(node: ast.Call) -> frozenset[str]:
    """Return the variables and functions that a text among the call's arguments mentions."""
    function = node.func
    called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if called not in LOOKING_UP:
        return NO_NAMES
    given = [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg in {"formula", "expr"})]
    texts = [value.value for value in given if isinstance(value, ast.Constant) and isinstance(value.value, str)]
    if called in QUERIES:
        return frozenset(name for text in texts for name in _AT.findall(text))
    return frozenset(name for text in texts for side in text.split("~") for name in _called(side))


def _called(side: str) -> set[str]:
    """Return the roots of what one side of a formula calls; its plain names are columns."""
    try:
        tree = ast.parse(side.strip() or "0", mode="eval")
    except SyntaxError:
        return set(re.findall(r"\b([A-Za-z_]\w*)(?:\.\w+)*\(", side))
    found = set()
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            root: ast.expr = call.func
            while isinstance(root, ast.Attribute):
                root = root.value
            if isinstance(root, ast.Name):
                found.add(root.id)
    return found
