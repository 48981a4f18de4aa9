"""
## What it does
Finds files that are read or written, and addresses that are fetched, while a request is answered.

## Why is this bad
A service has other files than the notebook's folder, several processes write over each other, and an address that is
slow or down takes the service with it.

## Example
```python
def answer(row):
    prices = pd.read_csv("prices.csv")
    return model.predict(row.merge(prices, on="product"))
```

## Use instead
Read it once, in the data section: it becomes part of what the service starts with.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nb2prod.notebook.called import called_name
from nb2prod.rules.answering import Answering
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB507", "reads-for-each-request", Severity.WARNING)

READING = frozenset(
    {"read_csv", "read_parquet", "read_excel", "read_json", "read_sql", "read_sql_query", "read_feather", "read_pickle",
     "read_table", "to_csv", "to_parquet", "to_excel", "to_pickle", "savez", "savetxt", "loadtxt", "genfromtxt",
     "urlopen", "urlretrieve", "hf_hub_download", "load_dataset", "from_pretrained", "write_text", "write_bytes"}
)  # fmt: skip
"""Functions and methods that nothing else is called like."""
NETWORK = frozenset({"requests", "httpx", "urllib", "boto3"})
"""Modules all of whose functions go out."""


def check(answering: Answering) -> Iterator[Finding]:
    """Yield a finding for each such call in what runs for each request."""
    asked = set(answering.inference.inputs)
    for step in answering.steps:
        for call in step.calls():
            if _goes_out(call) and not _makes_request(step.node, asked):
                what = f"`{ast.unparse(call.func)}(...)` is done for each request"
                yield Finding(what, step.cell, step.line, "do it once, in the data section, and use what it gives")


def _goes_out(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        return call.func.id == "open" or call.func.id in READING
    root = call.func
    while isinstance(root, ast.Attribute):
        root = root.value
    return called_name(call) in READING or (isinstance(root, ast.Name) and root.id in NETWORK)


def _makes_request(node: ast.AST, asked: set[str]) -> bool:
    """Say whether a statement makes the request itself, which the service is sent."""
    return isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id in asked for t in node.targets)
