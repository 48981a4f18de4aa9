"""
## What it does
Finds the clock being read while a request is answered.

## Why is this bad
The same record gets another answer tomorrow: tests of the service fail by themselves, and nobody can retrace an answer.

## Example
```python
rows["age"] = pd.Timestamp.now().year - rows["born"]
```

## Use instead
Take the date from the request, or freeze it where the model is trained: `as_of = pd.Timestamp.now()`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nb2prod.notebook.called import called_name
from nb2prod.rules.answering import Answering
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB513", "clock-in-answer", Severity.WARNING)

CLOCKS = frozenset({"now", "today", "utcnow"})


def check(answering: Answering) -> Iterator[Finding]:
    """Yield a finding for each statement that lets the clock into an answer; what is only timed is not meant."""
    for step in answering.steps:
        for call in step.calls():
            if _reads_clock(call) and not _only_times(step.node):
                what = f"`{ast.unparse(call)}` is read for each request: the same record gets another answer later"
                yield Finding(what, step.cell, step.line, "take the date from the request, or freeze it in training")


def _reads_clock(call: ast.Call) -> bool:
    return called_name(call) in CLOCKS and isinstance(call.func, ast.Attribute)


def _only_times(node: ast.AST) -> bool:
    """Say whether the time is taken as a whole, as ``start = datetime.now()`` does."""
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _reads_clock(node.value)
