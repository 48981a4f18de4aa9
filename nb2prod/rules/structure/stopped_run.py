"""
## What it does
Finds top-level statements that always end the run: ``exit()``, ``quit()``, ``sys.exit()``, ``raise``, ``assert False``.
A cell that is tagged ``raises-exception`` is meant to, and is passed over.

## Why is this bad
Nothing below is ever run from the top. What stands there comes from cells that somebody ran one by one, and an export,
which runs the whole notebook, fails.

## Example
```python
sys.exit("the rest is old")
```

## Use instead
Delete what is old, or tag its cells ``skip``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from nb2prod.analysis.model import Statement
from nb2prod.analysis.nodes import Call
from nb2prod.notebook.model import SKIP, Notebook
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB716", "stopped-run", Severity.ERROR)
MAY_END = frozenset({ast.Expr, ast.Raise, ast.Assert})
ENDING = frozenset({".exit", ".quit", "sys.exit", "os._exit", "os.abort"})


def check(calls: Sequence[Call], statements: Sequence[Statement], notebook: Notebook) -> Iterator[Finding]:
    """Yield a finding for each statement that ends the run whatever happens."""
    ending = {id(call.node): call for call in calls if call.path in ENDING and not call.deferred}
    for statement in statements:
        if type(statement.node) not in MAY_END:
            continue
        cell = notebook.cells[statement.cell]
        if cell.section == SKIP or cell.may_raise:
            continue
        how = _ends(statement.node, ending)
        if how:
            remedy = "take it out; tag cells that should not be run `skip`"
            yield Finding(f"`{how}` ends the run: nothing below it is run", statement.cell, statement.line, remedy)


def _ends(node: ast.stmt, ending: dict[int, Call]) -> str:
    if isinstance(node, ast.Expr) and id(node.value) in ending:
        call = ending[id(node.value)].node
        is_own = isinstance(call.func, ast.Name | ast.Attribute) and (
            not ending[id(call)].path.startswith(".") or isinstance(call.func, ast.Name)
        )
        return f"{ast.unparse(call.func)}()" if is_own else ""
    if isinstance(node, ast.Raise):
        return "raise"
    if isinstance(node, ast.Assert) and isinstance(node.test, ast.Constant) and not node.test.value:
        return "assert"
    return ""
