"""
## What it does
Finds notebooks that train something and have no sections: no cell is tagged ``data``, ``training``, ``evaluation`` or
``inference``. A tag ``parameters`` alone is papermill's.

## Why is this bad
Without sections nothing can be exported, and most of what nb2prod can check cannot be checked.

## Example
```text
[3] no tag: model.fit(X_train, y_train)
```

## Use instead
Let nb2prod suggest sections: ``nb2prod sections --suggest`` shows them with a reason for each, ``--write`` puts them
into the file; in JupyterLab it is a button of the panel.

## Fix safety
Safe: cells get the tags that nb2prod suggests, which change nothing that is run. If the notebook asks its model about
nothing, a cell that does is added, as ``nb2prod sections --suggest --write`` adds it. Nothing is done where no such
cell can be suggested, or where the suggestion needs more than tags: ``nb2prod sections --suggest`` says what.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nb2prod.analysis.model import Dataflow
from nb2prod.analysis.nodes import Call
from nb2prod.analysis.suggest.suggest import suggest
from nb2prod.notebook.model import SECTIONS, Notebook
from nb2prod.rules.fitting import fits_something
from nb2prod.rules.model import Finding, Fix, Fixing, Inserted, Rule, Severity, Tagging

RULE = Rule("NB701", "untagged-notebook", Severity.ADVICE, Fixing.SAFE)
TELLING = frozenset(SECTIONS) - {"parameters"}
"""Sections that say what a cell is for; parameters are tagged for papermill, too."""


def check(calls: Sequence[Call], notebook: Notebook) -> Iterator[Finding]:
    """Yield one finding where something is trained and no cell has a section."""
    if any(cell.section in TELLING for cell in notebook.cells):
        return
    if fits_something(calls):
        what = "the notebook trains something, and no cell says what it is for"
        yield Finding(what, remedy="see `nb2prod sections --suggest`, or tag the cells: " + ", ".join(SECTIONS))


def fix(flow: Dataflow, notebook: Notebook) -> Fix | None:
    """Tag the cells as is suggested, if that is all that an export needs."""
    suggestion = suggest(notebook, flow)
    found = [Tagging(each.index, each.section) for each in suggestion.cells if each.section in SECTIONS]
    asked = suggestion.inference is not None or any(each.section == "inference" for each in found)
    if suggestion.model is None or not asked or any(each.options for each in suggestion.cells):
        return None
    new = []
    if suggestion.inference is not None:
        after = suggestion.inference.after
        before = len(notebook.cells) if after is None else after + 1
        new = [Inserted(before, suggestion.inference.source, "inference")]
    return Fix(f"Tag {len(found)} cells: {suggestion.model.name} is served", (*found, *new))
