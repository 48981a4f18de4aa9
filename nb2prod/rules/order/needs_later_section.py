"""
## What it does
Finds statements of a section that read what only a section further on gives, in the order parameters, data, training,
evaluation, inference: data that is scaled with an object of training, training that reads a figure of evaluation. What
evaluation reads of inference are the answers that it measures; that is passed over.

## Why is this bad
The sections become functions that are called in this order. What data needs is not there before training was run, so
the export has to move statements to where nobody has put them.

## Example
```python
# %% [data]
X_test = scaler.transform(X_test)  # fitted in [training]
```

## Use instead
Tag the cell with the section that its values come from, or split it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nb2prod.analysis.model import Dataflow, Kind, Statement
from nb2prod.notebook.model import SECTIONS, Notebook
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB106", "needs-later-section", Severity.WARNING)
COMES_ALONG = frozenset({Kind.IMPORT, Kind.FUNCTION, Kind.CLASS, Kind.CONSTANT})
"""What goes wherever it is needed, whatever its cell is tagged."""


def check(flow: Dataflow, notebook: Notebook) -> Iterator[Finding]:
    """Yield a finding for each statement that reads from a later section, told once for each cell and section."""
    order = {section: place for place, section in enumerate(SECTIONS)}
    for statement, sources in zip(flow.statements, flow.sources, strict=True):
        section = notebook.cells[statement.cell].section
        if section not in order or section == "evaluation" or not statement.facts.effects:
            continue
        for name, source in _given(flow, statement, sources):
            other = notebook.cells[source.cell].section or ""
            if order.get(other, -1) > order[section]:
                what = (
                    f"section {section} reads `{name}` of section {other}, cell [{source.cell + 1}], which comes later"
                )
                remedy = f"tag this cell `{other}`, or the other one `{section}`; split a cell that is both"
                once = f"{other} in {statement.cell}"
                yield Finding(what, statement.cell, statement.line, remedy, subject=name, once=once)


def _given(flow: Dataflow, reader: Statement, sources: Mapping[str, frozenset[int]]) -> Iterator[tuple[str, Statement]]:
    """Yield the names that a statement reads, each with a statement that has made or changed what it holds."""
    if reader.kind not in COMES_ALONG:
        for name in sorted(sources):
            for index in sorted(sources[name]):
                if _gives(flow.statements[index], name, reader):
                    yield name, flow.statements[index]


def _gives(source: Statement, name: str, reader: Statement) -> bool:
    """Return whether a statement makes or changes what a name holds, more than by putting it into another mode."""
    facts = source.facts
    made = name in facts.definitions or name in facts.mutations - facts.switched
    return made and source.kind not in COMES_ALONG and name[0] != "<" and name not in reader.facts.switched
