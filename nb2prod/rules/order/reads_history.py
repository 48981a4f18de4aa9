"""
## What it does
Finds code that reads IPython's history: ``_``, ``_12``, ``Out[12]``, ``In[12]``.

## Why is this bad
What stands there depends on which cells were run before, and in which order. Run from the top, the numbers are others;
outside Jupyter there is no such thing.

## Example
```python
scores = Out[12]
```

## Use instead
Give the value a name in the cell that computes it, and read that.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from nb2prod.analysis.nodes import Placed
from nb2prod.rules.model import Finding, Rule, Severity
from nb2prod.rules.unknown_names import HISTORY

RULE = Rule("NB114", "reads-history", Severity.WARNING)


def check(
    nodes: Mapping[type[ast.AST], Sequence[Placed]], names: Mapping[str, Sequence[tuple[Placed, ast.Name]]]
) -> Iterator[Finding]:
    """Yield a finding for each name of the history that is read and that the notebook does not set itself."""
    remembered = [
        each for name, read in names.items() if name[:1] in "_IO" and HISTORY.fullmatch(name) for each in read
    ]
    if not remembered:
        return
    own = {node.id for _, node in remembered if not isinstance(node.ctx, ast.Load)}
    called = {id(each.node.func) for each in nodes.get(ast.Call, ()) if isinstance(each.node, ast.Call)}
    for placed, node in remembered:
        # A `_` in a function may be its parameter, and one that is called translates texts.
        if node.id in own or placed.deferred or id(node) in called:
            continue
        what = f"`{node.id}` is what the kernel remembers of earlier cells, which depends on the order that they ran in"
        remedy = "give the value a name where it is computed, and read that"
        yield Finding(what, placed.statement.cell, node.lineno, remedy, subject=node.id)
