"""
## What it does
Finds networks of PyTorch that answer while gradients are recorded.

## Why is this bad
Each answer keeps what only training needs: it takes more memory and time than it has to.

## Example
```python
answer = network(row).detach().numpy()
```

## Use instead
```python
with torch.no_grad():
    answer = network(row).numpy()
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from nb2prod.analysis.model import Statement
from nb2prod.notebook.called import called_name
from nb2prod.rules.answering import Answering
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB511", "gradients-kept", Severity.ADVICE)

OFF = frozenset({"no_grad", "inference_mode", "set_grad_enabled"})


def check(answering: Answering, statements: Sequence[Statement]) -> Iterator[Finding]:
    """Yield a finding for each place where a network is asked, told once, if gradients are never turned off."""
    trained = _trained(statements)
    if not trained or _turned_off(answering, statements):
        return
    for step in answering.steps:
        for call in step.calls():
            if isinstance(call.func, ast.Name) and call.func.id in trained:
                what = f"`{call.func.id}` answers while gradients are recorded, which only training needs"
                yield Finding(what, step.cell, step.line, "put it below `with torch.no_grad():`", once="gradients")


def _trained(statements: Sequence[Statement]) -> frozenset[str]:
    """Return the names whose parameters an optimizer is given."""
    return frozenset(
        call.func.value.id
        for statement in statements
        if "parameters" in statement.source
        for call in ast.walk(statement.node)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "parameters"
        and isinstance(call.func.value, ast.Name)
    )


def _turned_off(answering: Answering, statements: Sequence[Statement]) -> bool:
    """Say whether gradients are turned off in what answers, by a block, a call or a decorator."""
    functions = {step.function for step in answering.steps if step.function}
    decorated = any(
        isinstance(s.node, ast.FunctionDef) and s.node.name in functions and OFF & _names(s.node.decorator_list)
        for s in statements
    )
    return decorated or any(called_name(call) in OFF for step in answering.steps for call in step.calls())


def _names(nodes: Sequence[ast.AST]) -> set[str]:
    return {getattr(each, "attr", getattr(each, "id", "")) for node in nodes for each in ast.walk(node)}
