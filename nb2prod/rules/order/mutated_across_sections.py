"""
## What it does
Finds statements of a section that change in place an object which another section has made: a table that loses columns
in training, a model that is fitted again in evaluation. Objects that only go into another mode, as by ``model.eval()``,
and random generators that are drawn from are passed over.

## Why is this bad
What the first section gives depends on whether the other one was run already. Run a cell twice, or the sections apart
from each other, as a service does, and the object is another.

## Example
```python
# %% [data]
table = pd.read_csv("customers.csv")

# %% [training]
table.drop(columns="name", inplace=True)
```

## Use instead
```python
# %% [training]
features = table.drop(columns="name")
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nb2prod.analysis.children import walked
from nb2prod.analysis.makers import makers
from nb2prod.analysis.model import Dataflow, Statement
from nb2prod.notebook.model import SECTIONS, Notebook
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB108", "mutated-across-sections", Severity.WARNING)
GENERATORS = frozenset({"default_rng", "RandomState", "Generator", "Random", "check_random_state", "PRNGKey"})


def check(flow: Dataflow, notebook: Notebook) -> Iterator[Finding]:
    """Yield a finding for each statement that changes an object of another section, told once for each cell."""
    for statement in flow.statements:
        section = notebook.cells[statement.cell].section
        facts = statement.facts
        changed = facts.mutations - facts.definitions - facts.switched
        if section not in SECTIONS or not facts.effects or not changed:
            continue
        for name in sorted(changed):
            made = makers(flow, statement.index, name)
            owners = {notebook.cells[each.cell].section for each in made}
            owner = next(iter(owners)) if len(owners) == 1 else None
            if owner not in SECTIONS or owner == section or _draws(made[0]):
                continue
            if not any(isinstance(each, ast.Name) and each.id == name for each in walked(statement.node)):
                continue
            what = f"section {section} changes `{name}`, which section {owner} has made in cell [{made[0].cell + 1}]"
            remedy = f"work on a copy, under another name, or tag this cell `{owner}`"
            once = f"{name} in {statement.cell}"
            yield Finding(what, statement.cell, statement.line, remedy, subject=name, once=once)


def _draws(maker: Statement) -> bool:
    """Return whether a statement makes a random generator: whoever draws from it changes it."""
    value = getattr(maker.node, "value", None)
    called = ast.unparse(value.func) if isinstance(value, ast.Call) else ""
    return called.rpartition(".")[2] in GENERATORS
