"""
## What it does
Finds settings that let a GPU compute the same thing differently: ``torch.backends.cudnn.benchmark = True``,
``cudnn.deterministic = False``, ``torch.use_deterministic_algorithms(False)``, TensorFloat-32,
``TF_DETERMINISTIC_OPS=0``.

## Why is this bad
The fastest algorithm is looked for anew in each run and on each card, and adds numbers in another order. With the same
seed and the same data, the trained network is another one.

## Example
```python
torch.backends.cudnn.benchmark = True
```

## Use instead
```python
torch.backends.cudnn.benchmark = False
torch.use_deterministic_algorithms(True)
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from nb2prod.analysis.nodes import Call, Placed, last_names
from nb2prod.analysis.unparse import unparsed
from nb2prod.rules.chance import literal
from nb2prod.rules.model import Finding, Rule, Severity

SETTINGS: dict[str, object] = {
    "cudnn.benchmark": True,
    "cudnn.deterministic": False,
    "cudnn.allow_tf32": True,
    "matmul.allow_tf32": True,
}
VARIABLES = {"TF_DETERMINISTIC_OPS": ("0", "false"), "TF_CUDNN_DETERMINISTIC": ("0", "false")}
WORDS = last_names(SETTINGS) | VARIABLES.keys() | {"use_deterministic_algorithms"}
RULE = Rule("NB215", "nondeterministic-gpu", Severity.WARNING, words=WORDS)
REMEDY = "leave it out, or set it the other way round where speed does not matter"


def check(nodes: Mapping[type[ast.AST], Sequence[Placed]], calls: Sequence[Call]) -> Iterator[Finding]:
    """Yield a finding for each setting."""
    for placed in nodes.get(ast.Assign, ()):
        node = placed.node
        assert isinstance(node, ast.Assign)
        for target in node.targets:
            name = _setting(target, node.value)
            if name:
                what = f"`{name} = {ast.unparse(node.value)}` lets the GPU compute something else in each run"
                yield Finding(what, placed.statement.cell, node.lineno, REMEDY)
    for call in calls:
        if call.path == "torch.use_deterministic_algorithms" and literal(call.argument(0, "mode")) is False:
            what = "`use_deterministic_algorithms(False)` lets the GPU compute something else in each run"
            yield Finding(what, call.statement.cell, call.line, REMEDY)


def _setting(target: ast.expr, value: ast.expr) -> str:
    given = literal(value)
    if isinstance(target, ast.Attribute):
        name = ".".join(unparsed(target).split(".")[-2:])
        return name if name in SETTINGS and given is SETTINGS[name] else ""
    if isinstance(target, ast.Subscript):
        variable = literal(target.slice)
        off = VARIABLES.get(variable, ()) if isinstance(variable, str) else ()
        return f'os.environ["{variable}"]' if str(given).lower() in off else ""
    return ""
