"""
## What it does
Finds sets that become lists, columns or numbered vocabularies in whatever order Python has them, and ``hash`` of texts.

## Why is this bad
Python hashes texts differently in each process, so a set of words or columns comes in another order in each run. A
vocabulary that is numbered that way belongs to one process only: the service numbers its words otherwise.

## Example
```python
features = list(set(df.columns) - {"target"})
index = {word: i for i, word in enumerate(set(words))}
```

## Use instead
```python
features = sorted(set(df.columns) - {"target"})
index = {word: i for i, word in enumerate(sorted(set(words)))}
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from nb2prod.analysis.nodes import Call, ancestors_of, parents_of
from nb2prod.notebook.called import called_name
from nb2prod.rules.model import Finding, Rule, Severity
from nb2prod.rules.ordering import order_matters, sorted_names

RULE = Rule("NB217", "hash-order", Severity.WARNING)
LISTS = frozenset(("list", "tuple", "enumerate", "array", "zip", "DataFrame", "Series", "Index"))
SETS = frozenset(("set", "frozenset"))
METHODS = frozenset(("union", "difference", "intersection", "symmetric_difference"))


def check(calls: Sequence[Call]) -> Iterator[Finding]:
    """Yield a finding for each."""
    in_order: frozenset[str] | None = None
    for call in calls:
        if call.path == ".hash" and len(call.node.args) == 1:
            if "__hash__" not in call.statement.source and not isinstance(call.node.args[0], ast.Tuple):
                what = "`hash` of a text is another number in each process"
                remedy = "use a hash that stays the same, such as `zlib.crc32` or `hashlib.sha256`"
                yield Finding(what, call.statement.cell, call.line, remedy)
        elif call.last in LISTS and call.node.args and _is_set(call.node.args[0]):
            if in_order is None:
                in_order = sorted_names(each.node for each in calls)
            parents = parents_of(call.statement.node)
            if _is_numbered(call.node, parents) or order_matters(call.node, parents, in_order):
                thing = "an enumeration" if call.last == "enumerate" else "a list"
                what = f"a set becomes {thing} in whatever order it has"
                remedy = "put `sorted(...)` around the set"
                yield Finding(what, call.statement.cell, call.line, remedy)


def _is_set(node: ast.expr) -> bool:
    """Say whether an expression is a set by its look, and not one of plain numbers."""
    if isinstance(node, ast.Set | ast.SetComp):
        return not isinstance(node, ast.Set) or not all(_is_number(each) for each in node.elts)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub | ast.BitAnd | ast.BitOr | ast.BitXor):
        return _is_set(node.left) or _is_set(node.right)
    if not isinstance(node, ast.Call):
        return False
    if called_name(node) in METHODS and isinstance(node.func, ast.Attribute):
        return _is_set(node.func.value)
    return called_name(node) in SETS and bool(node.args) and not _is_range(node.args[0])


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float)


def _is_range(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and called_name(node) in {"range", "arange"}


def _is_numbered(node: ast.expr, parents: Mapping[ast.AST, ast.AST]) -> bool:
    """Say whether a dictionary is made of an enumeration."""
    return _is_enumeration(node) and any(isinstance(each, ast.DictComp) for each in ancestors_of(node, parents))


def _is_enumeration(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and called_name(node) == "enumerate"
