"""
## What it does
Finds networks with dropout or batch normalisation that answer in training mode: nothing has called `.eval()` since.

## Why is this bad
Dropout draws anew for each request, and batch normalisation takes its statistics from the rows that are asked together:
the same row gets another answer each time.

## Example
```python
answer = network(row)
```

## Use instead
```python
network.eval()
with torch.no_grad():
    answer = network(row)
```

## Fix safety
What the cell shows changes: from now on it is the network's answer and not a draw.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence

from nb2prod.analysis.model import Statement
from nb2prod.notebook.called import called_name
from nb2prod.notebook.model import Notebook
from nb2prod.rules.answering import Answering
from nb2prod.rules.model import Finding, Fix, Fixing, Inserted, Rule, Severity

RULE = Rule("NB510", "training-mode", Severity.ERROR, Fixing.UNSAFE)

_SETS_MODE = re.compile(r"\b(?:eval|train)\b")
DIFFERENT = frozenset({"Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "BatchNorm1d", "BatchNorm2d",
                       "BatchNorm3d", "SyncBatchNorm", "RReLU"})  # fmt: skip
"""PyTorch's modules that do something else in training than in use."""


def check(answering: Answering, statements: Sequence[Statement]) -> Iterator[Finding]:
    """Yield a finding for each call of such a network that was not told to answer, told once for each."""
    names = _networks(statements)
    if not names:
        return
    setting = [each.node for each in statements if _SETS_MODE.search(each.source)]
    modes = {name: mode for node in setting for name, mode in _modes(node)}
    modes |= {name: mode for step in answering.steps for name, mode in _modes(step.node)}
    for step in answering.steps:
        for call in step.calls():
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            if name in names and modes.get(name) != "eval" and not step.function:
                what = f"`{name}` answers in training mode: its dropout or normalisation follows chance or the batch"
                yield Finding(what, step.cell, step.line, f"call `{name}.eval()` before it is asked", name, once=name)


def fix(finding: Finding, notebook: Notebook) -> Fix | None:
    """Have the network told to answer, in a cell right above."""
    if finding.cell is None:
        return None
    source = f"{finding.subject}.eval()"
    return Fix(f"Add `{source}`", (Inserted(finding.cell, source, notebook.cells[finding.cell].section),))


def _networks(statements: Sequence[Statement]) -> frozenset[str]:
    """Return the names that hold a network with a part that is another in training."""
    classes: set[str] = set()
    found: set[str] = set()
    for statement in statements:
        node = statement.node
        if isinstance(node, ast.ClassDef):
            bases = {ast.unparse(base).rsplit(".", 1)[-1] for base in node.bases}
            if bases & ({"Module"} | classes) and _has_different(node):
                classes.add(node.name)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _may_make(statement.source, classes):
            made = {called_name(call) for call in ast.walk(node.value) if isinstance(call, ast.Call)}
            if made & classes or ("Sequential" in made and made & DIFFERENT):
                found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return frozenset(found)


def _may_make(source: str, classes: Collection[str]) -> bool:
    return "Sequential" in source or any(name in source for name in classes)


def _has_different(node: ast.AST) -> bool:
    return any(isinstance(call, ast.Call) and called_name(call) in DIFFERENT for call in ast.walk(node))


def _modes(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the names whose mode is set below ``node``, in order, with the mode."""
    for call in ast.walk(node):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        method = call.func
        if not isinstance(method.value, ast.Name):
            continue
        if method.attr == "eval" or (method.attr == "train" and not call.args):
            yield method.value.id, method.attr
