"""
## What it does
Finds encoders that raise for a category that was not in the training data, where inference gives them the request.

## Why is this bad
The first customer from a new city gets an error instead of an answer.

## Example
```python
cities = LabelEncoder().fit(df["city"])
rows["city"] = cities.transform(rows["city"])
```

## Use instead
```python
cities = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1).fit(df[["city"]])
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from nb2prod.analysis.model import Statement
from nb2prod.notebook.called import called_name
from nb2prod.rules.answering import Answering
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB509", "unknown-category", Severity.WARNING)

STRICT = frozenset({"LabelEncoder", "OneHotEncoder", "OrdinalEncoder", "LabelBinarizer"})
"""Encoders of scikit-learn that raise for what they do not know, unless ``handle_unknown`` says otherwise."""


def check(answering: Answering, statements: Sequence[Statement]) -> Iterator[Finding]:
    """Yield a finding for each such encoder that is given what was asked."""
    strict = _strict(statements)
    for step in answering.steps:
        for call in step.calls():
            own = call.func.value if isinstance(call.func, ast.Attribute) else None
            kind = strict.get(own.id, "") if isinstance(own, ast.Name) else ""
            if kind and called_name(call) == "transform" and any(step.is_asked(each) for each in call.args):
                what = (
                    f"`{ast.unparse(own) if own else ''}`, a `{kind}`, raises for a category that training did not see"
                )
                remedy = "use an encoder with `handle_unknown`, which says what becomes of it"
                yield Finding(what, step.cell, step.line, remedy)


def _strict(statements: Sequence[Statement]) -> dict[str, str]:
    """Return the names that hold an encoder that raises, with its class; the last one made counts."""
    found: dict[str, str] = {}
    for statement in statements:
        node = statement.node
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            made = next((c for c in _chain(node.value) if called_name(c) in STRICT), None)
            handled = made is None or any(keyword.arg == "handle_unknown" for keyword in made.keywords)
            found[node.targets[0].id] = "" if made is None or handled else called_name(made)
    return found


def _chain(node: ast.expr) -> Iterator[ast.Call]:
    """Yield the calls along ``Encoder().fit(x)``, unless something else than the encoder comes out."""
    while isinstance(node, ast.Call):
        if called_name(node) in {"fit_transform", "transform"}:
            return
        yield node
        node = node.func.value if isinstance(node.func, ast.Attribute) else node.func
