"""
## What it does
Finds ``eval`` and ``exec`` of anything but a text that is spelled out.

## Why is this bad
What comes in as data is run as a program: whoever can write the data can do what the service can. And nothing that
reads the notebook, an export included, can see what such a line does.

## Example
```python
df["tags"] = df["tags"].apply(eval)
```

## Use instead
```python
df["tags"] = df["tags"].apply(ast.literal_eval)
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from nb2prod.analysis.nodes import Call, Placed
from nb2prod.rules.model import Finding, Rule, Severity

RUNS = frozenset(("eval", "exec"))
RULE = Rule("NB609", "dynamic-code", Severity.WARNING, words=RUNS)
APPLY = frozenset(("apply", "map", "applymap", "transform"))
REMEDY = "use `ast.literal_eval` or `json.loads` for values, and a dictionary of functions for choices"


def check(
    calls: Sequence[Call], nodes: Mapping[type[ast.AST], Sequence[Placed]], own_names: frozenset[str]
) -> Iterator[Finding]:
    """Yield a finding for each."""
    for call in calls:
        name = call.path.removeprefix(".").removeprefix("builtins.")
        if name in RUNS and name not in own_names and call.node.args and not _is_text(call.node.args[0]):
            what = f"`{name}` runs what came in as data"
            yield Finding(what, call.statement.cell, call.line, REMEDY)
        elif call.last in APPLY and call.node.args:
            given = call.node.args[0]
            if isinstance(given, ast.Name) and given.id in RUNS and given.id not in own_names:
                what = f"`{given.id}` runs what came in as data, for each entry"
                yield Finding(what, call.statement.cell, call.line, REMEDY)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)
