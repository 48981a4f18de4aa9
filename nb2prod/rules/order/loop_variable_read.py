"""
## What it does
Finds cells that read the variable of a loop of another cell.

## Why is this bad
It holds whatever the last turn left in it: the last of the models that were compared, the last column, the last file. A
longer list, or another order, changes what the cell does, and nothing there says so.

## Example
```python
# %% cell 7
for model in [forest, boosting]:
    model.fit(X_train, y_train)

# %% cell 8
model.predict(X_new)
```

## Use instead
```python
# %% cell 8
boosting.predict(X_new)
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nb2prod.analysis.children import walked
from nb2prod.analysis.model import Dataflow, Statement
from nb2prod.notebook.model import SKIP, Notebook
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB113", "loop-variable-read", Severity.WARNING)


def check(flow: Dataflow, notebook: Notebook) -> Iterator[Finding]:
    """Yield a finding for each statement that reads such a variable, told once for each loop."""
    loops = {each.index: _targets(each.node) for each in flow.statements if isinstance(each.node, ast.For)}
    variables = frozenset[str]().union(*loops.values())
    own: dict[int, frozenset[str]] = {}  # only of loops of which another cell reads something
    for statement, sources in zip(flow.statements, flow.sources, strict=True) if loops else ():
        if notebook.cells[statement.cell].section == SKIP:
            continue
        for name in sorted(variables.intersection(sources)):
            for index in sorted(sources[name]):
                loop = flow.statements[index]
                if name not in loops.get(index, ()) or loop.cell == statement.cell:
                    continue
                if index not in own:
                    own[index] = _own_variables(loop)
                if name not in own[index]:
                    continue
                line = _read(statement.node, name)
                if line:
                    what = f"`{name}` is what the last turn of the loop in cell [{loop.cell + 1}] has left in it"
                    remedy = "read what you mean by a name of its own, or do it in the loop"
                    yield Finding(what, statement.cell, line, remedy, subject=name, once=f"{name} of {index}")


def _targets(loop: ast.For) -> frozenset[str]:
    return frozenset(each.id for each in walked(loop.target) if isinstance(each, ast.Name))


def _own_variables(loop: Statement) -> frozenset[str]:
    """Return the variables of a loop that nothing in its body sets."""
    if not isinstance(loop.node, ast.For):
        return frozenset()
    inside = [each for part in (*loop.node.body, *loop.node.orelse) for each in walked(part)]
    leaves = any(isinstance(each, ast.Break) for each in inside)  # a search stops where it has found what it is for
    bound = {each.id for each in inside if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    return frozenset() if leaves else _targets(loop.node) - bound - {"_"}


def _read(node: ast.stmt, name: str) -> int:
    """Return the first line of a statement that reads a name itself, 0 if none does."""
    lines = [each.lineno for each in walked(node) if isinstance(each, ast.Name) and each.id == name]
    return min(lines, default=0)
