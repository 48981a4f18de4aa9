"""
## What it does
Finds names that one section gives to others and that a later section, or a cell without one, gives another value, which
still other sections read.

## Why is this bad
Two values go by one name, and the order of the cells decides which of them a section gets. A model that was only tried
in an exploring cell takes the place of the one that was trained, and that is what the service answers with.

## Example
```python
# %% [training]
model = LogisticRegression().fit(X_train, y_train)

# %% no section
model = DummyClassifier().fit(X_train, y_train)  # only to compare

# %% [inference]
prediction = model.predict(sample)
```

## Use instead
```python
# %% no section
baseline = DummyClassifier().fit(X_train, y_train)
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nb2prod.analysis.model import Dataflow, Kind
from nb2prod.notebook.model import SKIP, Notebook
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB105", "shadowed-output", Severity.WARNING)


def check(
    flow: Dataflow, notebook: Notebook, readers: Mapping[tuple[int, str], frozenset[int]], tagged: frozenset[str]
) -> Iterator[Finding]:
    """Yield a finding for each statement that takes the name of what another section gives to others."""
    if not tagged:
        return
    sections = [notebook.cells[each.cell].section for each in flow.statements]
    given: dict[str, int] = {}
    for statement, section in zip(flow.statements, sections, strict=True):
        for name in sorted(statement.facts.definitions):
            earlier, read_from = given.get(name), readers.get((statement.index, name))
            if not read_from:
                continue
            to = {sections[each] for each in read_from} - {None, SKIP, section}
            if earlier is not None and to and sections[earlier] != section and section != SKIP:
                own = statement.kind is Kind.IMPORT or name in statement.facts.references
                if not own and name not in statement.facts.conditional:
                    by = f"section {section}" if section else "this cell, which has no section,"
                    what = f"`{name}` of section {sections[earlier]} gets another value by {by}"
                    what += f" and {' and '.join(sorted(filter(None, to)))} reads that one"
                    remedy = "give one of the two another name"
                    yield Finding(what, statement.cell, statement.line, remedy, subject=name)
            if to and section not in {None, SKIP}:
                given[name] = statement.index
