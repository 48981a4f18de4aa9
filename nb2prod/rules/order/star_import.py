"""
## What it does
Finds ``from MODULE import *``.

## Why is this bad
Nobody sees which names the notebook takes from where. Another version of the library may bring a name that replaces one
of the notebook's own, and the code that is moved into a repository has to bring along everything.

## Example
```python
from numpy import *
```

## Use instead
```python
import numpy as np
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from nb2prod.analysis.model import Statement
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB107", "star-import", Severity.ADVICE)


def check(statements: Sequence[Statement]) -> Iterator[Finding]:
    """Yield a finding for each import of everything."""
    for statement in statements:
        node = statement.node
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            what = f"everything is imported from `{node.module}`, so nobody sees which names come from there"
            remedy = f"import the names that are used, or `{node.module}` itself"
            yield Finding(what, statement.cell, statement.line, remedy)
