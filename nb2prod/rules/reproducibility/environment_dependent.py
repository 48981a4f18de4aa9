"""
## What it does
Finds branches that ask which machine this is: ``os.environ``, ``platform``, ``sys.platform``, the host's or user's
name, ``google.colab``. The choice of a device (``torch.cuda.is_available()``) is none of them, nor are branches that
only import, install or print.

## Why is this bad
What runs on one machine is not what runs on the other: the service may take the branch that the notebook never tried.

## Example
```python
if "COLAB_GPU" in os.environ:
    epochs = 50
else:
    epochs = 2
```

## Use instead
```python
epochs = 50  # in a cell tagged `parameters`
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from nb2prod.analysis.children import walked
from nb2prod.analysis.nodes import Placed
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB214", "environment-dependent", Severity.WARNING)
ASKS = frozenset((
    "os.environ", "os.getenv", "environ", "getenv", "sys.platform", "os.name", "os.uname", "socket.gethostname",
    "platform.system", "platform.node", "platform.machine", "getpass.getuser", "os.getlogin", "sys.modules",
))  # fmt: skip
HARMLESS = frozenset(("print", "install", "system", "run", "check_call", "mount", "run_line_magic", "warn"))


def check(nodes: Mapping[type[ast.AST], Sequence[Placed]]) -> Iterator[Finding]:
    """Yield a finding for each branch."""
    for kind in (ast.If, ast.IfExp):
        for placed in nodes.get(kind, ()):
            node = placed.node
            assert isinstance(node, ast.If | ast.IfExp)
            asked = next((name for name in map(_dotted, walked(node.test)) if name in ASKS), "")
            if asked and _matters(node):
                what = f"what follows depends on the machine: `{asked}` decides"
                yield Finding(what, placed.statement.cell, node.lineno, "make what differs a parameter")


def _matters(node: ast.If | ast.IfExp) -> bool:
    """Say whether a branch does more than import, install and print."""
    if isinstance(node, ast.IfExp):
        return True
    return any(
        isinstance(each, ast.Assign | ast.AugAssign) for part in (*node.body, *node.orelse) for each in _own(part)
    )


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what a statement does, without what it sets of the environment itself."""
    for each in walked(node):
        if isinstance(each, ast.Assign) and "environ" in ast.dump(each.targets[0]):
            continue
        yield each


def _dotted(node: ast.AST) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join((node.id, *reversed(parts))) if isinstance(node, ast.Name) and parts else ""
