"""
## What it does
Finds notebooks that train something and have no sections: no cell is tagged ``data``, ``training`` or ``inference``.

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
Safe: cells get the tags that nb2prod suggests. Tags change nothing that is run. If the notebook asks its model about
nothing, a cell that does is not added here; ``nb2prod sections --suggest --write`` does that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nb2prod.analysis.calling import Call
from nb2prod.analysis.model import Dataflow
from nb2prod.analysis.suggest.suggest import suggest
from nb2prod.notebook.model import SECTIONS, Notebook
from nb2prod.rules.model import Finding, Fix, Fixing, Rule, Severity, Tagging

RULE = Rule("NB701", "untagged-notebook", Severity.ADVICE, Fixing.SAFE)
TRAINING = frozenset(
    {"fit", "fit_transform", "partial_fit", "backward", "fit_generator", "polyfit", "lstsq", "curve_fit"}
)
FUNCTIONS = frozenset({"lightgbm.train", "xgboost.train", "catboost.train"})


def check(calls: Sequence[Call], notebook: Notebook) -> Iterator[Finding]:
    """Yield one finding where something is trained and no cell has a section."""
    if any(cell.section in SECTIONS for cell in notebook.cells):
        return
    if any(call.last in TRAINING or call.path in FUNCTIONS for call in calls):
        what = "the notebook trains something, and no cell says what it is for"
        yield Finding(what, remedy="see `nb2prod sections --suggest`, or tag the cells: " + ", ".join(SECTIONS))


def fix(flow: Dataflow, notebook: Notebook) -> Fix | None:
    """Tag the cells as is suggested."""
    suggestion = suggest(notebook, flow)
    found = [Tagging(each.index, each.section) for each in suggestion.cells if each.section in SECTIONS]
    if suggestion.model is None or not found:
        return None
    return Fix(f"Tag {len(found)} cells: {suggestion.model.name} is served", tuple(found))
