"""
## What it does
Finds variables that take the name of one of Python's own functions, such as ``list``, ``sum`` or ``max``, in a notebook
that calls that function too.

## Why is this bad
From there on the name is no function any more. A cell that calls it raises ``TypeError``, and one above does so as soon
as it is run a second time: the kernel has to be restarted.

## Example
```python
list = ["age", "income"]
columns = list(table.columns)  # TypeError: 'list' object is not callable
```

## Use instead
```python
wanted = ["age", "income"]
columns = list(table.columns)
```
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence

from nb2prod.analysis.model import Statement
from nb2prod.analysis.nodes import Call
from nb2prod.notebook.model import SKIP, Notebook
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB112", "replaced-builtin", Severity.WARNING)
FUNCTIONS = frozenset(name for name in dir(builtins) if callable(getattr(builtins, name)) and name[0] != "_")
REMEDY = "give the variable another name"


def check(
    statements: Sequence[Statement], calls: Sequence[Call], notebook: Notebook, own_names: frozenset[str]
) -> Iterator[Finding]:
    """Yield a finding for each place that sets such a name, told once for each name."""
    harmless: set[str] = set()
    for statement in statements if own_names & FUNCTIONS else ():
        if notebook.cells[statement.cell].section == SKIP:
            continue
        for name in sorted((statement.facts.definitions & FUNCTIONS) - harmless):
            if not _sets_no_function(statement.node):
                continue
            call = _most_harmed(name, statement, calls)
            if call is None:
                harmless.add(name)
            else:
                after = (call.statement.index, call.line) > (statement.index, statement.line)
                when = "raises" if after else "raises when it is run again"
                where = f"the call in cell [{call.statement.cell + 1}], line {call.line}, {when}"
                what = f"`{name}` takes the name of Python's own function: {where}"
                yield Finding(what, statement.cell, statement.line, REMEDY, subject=name, once=name)


def _sets_no_function(node: ast.stmt) -> bool:
    """Return whether a statement sets its names to something that nobody can call."""
    if isinstance(node, ast.For):
        return True
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return False
    value = node.value
    if isinstance(value, ast.Call):
        made = ast.unparse(value.func)
        return made.rpartition(".")[2] not in {"partial", "wraps", "getattr", "decorate", "vectorize", "lru_cache"}
    return value is not None and not isinstance(value, ast.Lambda | ast.Name | ast.Attribute | ast.IfExp)


def _most_harmed(name: str, setting: Statement, calls: Sequence[Call]) -> Call | None:
    """Return a call of the function: the first below the variable, else the last above; ``None`` without any."""
    own = [
        each
        for each in calls
        if isinstance(each.node.func, ast.Name)
        and each.node.func.id == name
        and each.statement.index != setting.index
        and (not each.deferred or name in each.statement.facts.deferred | each.statement.facts.references)
    ]
    below = [each for each in own if each.statement.index > setting.index]
    return below[0] if below else own[-1] if own else None
