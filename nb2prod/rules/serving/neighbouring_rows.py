"""
## What it does
Finds steps of inference that look at other rows of the request: rolling windows, differences to the row before, groups,
gaps filled from a neighbour.

## Why is this bad
In the notebook all rows were there. A client sends one, and the window, the difference or the group of it is empty or
something else.

## Example
```python
rows["last_week"] = rows["sales"].shift(7)
```

## Use instead
Let the client send the value (`last_week` as a field of the request), or look it up where it is kept.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nb2prod.notebook.called import called_name
from nb2prod.rules.answering import Answering
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB505", "neighbouring-rows", Severity.WARNING)

NEIGHBOURS = frozenset(
    {"rolling", "expanding", "ewm", "shift", "diff", "pct_change", "cumsum", "cumprod", "cummax", "cummin", "cumcount",
     "ffill", "bfill", "interpolate", "resample", "groupby"}
)  # fmt: skip
"""Methods of pandas whose result for one row depends on those beside it."""
ACROSS = frozenset({1, "columns", -1})
LIBRARIES = frozenset({"np", "numpy", "torch", "tf", "F"})


def check(answering: Answering) -> Iterator[Finding]:
    """Yield a finding for each such call on what was asked."""
    for step in answering.steps:
        for call in step.calls():
            if called_name(call) in NEIGHBOURS and isinstance(call.func, ast.Attribute):
                own = call.func.value
                if step.is_asked(own) and not _is_across(call) and getattr(own, "id", "") not in LIBRARIES:
                    what = f"`.{call.func.attr}(...)` looks at other rows of the request, and a client may send one"
                    yield Finding(what, step.cell, step.line, "take what it gives as a field of the request")


def _is_across(call: ast.Call) -> bool:
    values = [keyword.value for keyword in call.keywords if keyword.arg in {"axis", "dim"}]
    return any(isinstance(value, ast.Constant) and value.value in ACROSS for value in values)
