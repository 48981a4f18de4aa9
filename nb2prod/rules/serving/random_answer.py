"""
## What it does
Finds random numbers that are drawn while a request is answered.

## Why is this bad
The same request gets another answer each time, and no test of the service can hold.

## Example
```python
answer = model.predict(row) + np.random.normal(0, 0.1)
```

## Use instead
Answer with the expected value, or with a quantile; or draw from a generator that is seeded by the request.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nb2prod.analysis.inference.expressions import root_name
from nb2prod.notebook.called import called_name
from nb2prod.rules.answering import Answering
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB512", "random-answer", Severity.WARNING)

DRAWS = frozenset(
    {"rand", "randn", "randint", "random", "normal", "uniform", "choice", "choices", "shuffle", "permutation",
     "multinomial", "bernoulli", "poisson", "exponential", "standard_normal", "integers", "random_sample", "gauss",
     "randrange", "randperm", "rand_like", "randn_like"}
)  # fmt: skip
ROOTS = frozenset({"random", "np", "numpy", "torch"})


def check(answering: Answering) -> Iterator[Finding]:
    """Yield a finding for each draw from a generator that all requests share."""
    for step in answering.steps:
        for call in step.calls():
            if _draws(call):
                what = f"`{ast.unparse(call.func)}(...)` draws for each request: the same request gets another answer"
                yield Finding(what, step.cell, step.line, "answer with an expected value or a quantile")


def _draws(call: ast.Call) -> bool:
    if called_name(call) not in DRAWS or not isinstance(call.func, ast.Attribute):
        return False
    root = root_name(call.func)
    through = ast.unparse(call.func.value)
    return root in ROOTS and (root in {"random", "torch"} or through.endswith(".random"))
