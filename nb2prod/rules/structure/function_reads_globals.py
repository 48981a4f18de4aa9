"""
## What it does
Finds functions that read a variable of the notebook which gets another value below them. Constants that keep their
value, imports, other functions, and what is declared ``global`` are passed over.

## Why is this bad
The same call gives something else depending on which cell was run last, and nothing in the call says so. The function
cannot be tested by itself, nor called by a service without the notebook around it.

## Example
```python
def error():
    return abs(model.predict(X) - y).mean()

X = X[:100]
```

## Use instead
```python
def error(model, X, y):
    return abs(model.predict(X) - y).mean()
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from nb2prod.analysis.children import walked
from nb2prod.analysis.model import Kind, Statement
from nb2prod.notebook.model import SKIP, Notebook
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB705", "function-reads-globals", Severity.ADVICE)
CODE = frozenset({Kind.IMPORT, Kind.FUNCTION, Kind.CLASS})


def check(statements: Sequence[Statement], notebook: Notebook) -> Iterator[Finding]:
    """Yield a finding for each function and what it reads that changes below it."""
    made: dict[str, list[Statement]] = {}
    for statement in statements:
        for name in statement.facts.definitions:
            made.setdefault(name, []).append(statement)
    for statement in statements:
        if statement.kind is not Kind.FUNCTION or notebook.cells[statement.cell].section == SKIP:
            continue
        changing = [name for name in sorted(statement.facts.deferred) if _changes(made.get(name, ()), statement)]
        if changing:
            own = {name for each in walked(statement.node) if isinstance(each, ast.Global) for name in each.names}
            changing = [name for name in changing if name not in own]
        if changing:
            function = getattr(statement.node, "name", "")
            later = next(each for each in made[changing[0]] if each.index > statement.index)
            listed = ", ".join(f"`{name}`" for name in changing)
            what = f"`{function}` reads {listed} of the notebook, which cell [{later.cell + 1}] gives another value"
            remedy = f"make {'them' if len(changing) > 1 else 'it'} a parameter of the function"
            yield Finding(what, statement.cell, statement.line, remedy, subject=function)


def _changes(made: Sequence[Statement], function: Statement) -> bool:
    """Return whether a name has several values, one of them from below a function."""
    return (
        len(made) > 1
        and made[-1].index > function.index
        and not any(each.kind in CODE for each in made)
        and len({each.source for each in made}) > 1
    )
