"""
## What it does
Finds steps of inference that take rows out of the request: with gaps, doubled, or out of range.

## Why is this bad
Who asks about ten rows gets eight answers and does not know for which. A single row with a gap gets none, or an error.

## Example
```python
rows = rows.dropna()
prediction = model.predict(rows)
```

## Use instead
Fill gaps with what training has learnt, and refuse what cannot be answered where the request is read.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nb2prod.notebook.called import called_name
from nb2prod.rules.answering import Answering
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB506", "dropped-rows", Severity.WARNING)

DROPPING = frozenset({"dropna", "drop_duplicates"})


def check(answering: Answering) -> Iterator[Finding]:
    """Yield a finding for each call that takes rows out of what was asked."""
    for step in answering.steps:
        for call in step.calls():
            own = call.func.value if isinstance(call.func, ast.Attribute) else None
            if own is not None and called_name(call) in DROPPING and step.is_asked(own) and not _is_of_columns(call):
                what = f"`.{called_name(call)}()` takes rows out of the request, so some get no answer"
                yield Finding(what, step.cell, step.line, "fill the gaps with what training has learnt")


def _is_of_columns(call: ast.Call) -> bool:
    return any(k.arg == "axis" and getattr(k.value, "value", 0) in {1, "columns"} for k in call.keywords)
