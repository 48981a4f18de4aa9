"""
## What it does
Finds functions that change variables of the notebook while they answer: counters, lists that grow, caches.

## Why is this bad
A service has several processes, each with a memory of its own, which is gone at the next start. What one request leaves
behind changes what the next one gets, and lists grow until memory ends.

## Example
```python
def answer(row):
    history.append(row)
    return model.predict(row)
```

## Use instead
Return what is to be remembered, and let whoever asks keep it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nb2prod.rules.answering import Answering, Step
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB514", "remembering-answer", Severity.WARNING)

GROWING = frozenset({"append", "extend", "update", "setdefault", "add", "insert", "pop", "popleft", "appendleft"})


def check(answering: Answering) -> Iterator[Finding]:
    """Yield a finding for each statement of a function that changes what the notebook holds."""
    for step in answering.steps:
        if not step.function:
            continue
        for name in sorted(set(_changed(step)) & answering.outside):
            what = f"`{step.function}` changes `{name}`, which outlives the request"
            yield Finding(what, step.cell, step.line, "return what is to be remembered")


def _changed(step: Step) -> Iterator[str]:
    """Yield names whose object a step changes in place, and those that it declares to be the notebook's."""
    node = step.node
    if isinstance(node, ast.Global):
        yield from node.names
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
    for target in targets:
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            yield target.value.id
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        called = node.value.func
        if isinstance(called, ast.Attribute) and called.attr in GROWING and isinstance(called.value, ast.Name):
            yield called.value.id
