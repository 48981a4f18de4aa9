"""
## What it does
Finds functions that give a variable of the notebook another value, through ``global``.

## Why is this bad
Each call changes what other cells read, and neither the call nor those cells show it. How often the function was called
decides what comes out; in a service, which calls it for each request, one request changes the next.

## Example
```python
def normalise(table):
    global mean
    mean = table.mean()
    return table - mean
```

## Use instead
```python
def normalise(table):
    mean = table.mean()
    return table - mean, mean
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from nb2prod.analysis.nodes import Placed
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB109", "global-statement", Severity.WARNING)


def check(nodes: Mapping[type[ast.AST], Sequence[Placed]]) -> Iterator[Finding]:
    """Yield a finding for each ``global`` whose names the function sets."""
    declared = [(each, each.node) for each in nodes.get(ast.Global, ()) if each.deferred]
    for placed, node in declared:
        assert isinstance(node, ast.Global)
        names = sorted(set(node.names) & _bound(placed.statement.node))
        if names:
            listed = ", ".join(f"`{name}`" for name in names)
            what = f"a function changes {listed} of the notebook each time it is called"
            remedy = "return the value and assign it where the function is called"
            yield Finding(what, placed.statement.cell, node.lineno, remedy, subject=names[0])


def _bound(statement: ast.stmt) -> set[str]:
    return {
        each.id for each in ast.walk(statement) if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load)
    }
