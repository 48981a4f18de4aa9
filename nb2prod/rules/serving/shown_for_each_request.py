"""
## What it does
Finds what is printed or drawn in functions that answer.

## Why is this bad
In a service nobody sees it. A picture costs more time than the answer and is never closed, so memory grows.

## Example
```python
def answer(row):
    plt.plot(row)
    return model.predict(row)
```

## Use instead
Return what is worth seeing, and show it in a cell of its own.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nb2prod.analysis.inference.expressions import root_name
from nb2prod.notebook.called import called_name
from nb2prod.rules.answering import Answering
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB508", "shown-for-each-request", Severity.ADVICE)

SHOWING = frozenset({"print", "display", "pprint"})
PLOTTING = frozenset({"plt", "sns", "px", "plotly", "matplotlib", "seaborn"})


def check(answering: Answering) -> Iterator[Finding]:
    """Yield a finding for each line of a function that shows something; the cell itself may."""
    told: set[tuple[int, int]] = set()
    for step in answering.steps:
        for call in step.calls() if step.function else ():
            shows = isinstance(call.func, ast.Name) and called_name(call) in SHOWING
            draws = isinstance(call.func, ast.Attribute) and root_name(call.func) in PLOTTING
            if (shows or draws) and (step.cell, step.line) not in told:
                told.add((step.cell, step.line))
                what = f"`{step.function}` {'prints' if shows else 'draws'} for each request, where nobody sees it"
                yield Finding(what, step.cell, step.line, "return it, and show it in a cell of its own")
