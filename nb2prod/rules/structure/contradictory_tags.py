"""
## What it does
Finds cells whose tags name several sections, tags that are almost the name of one, and comments
``# nb2prod: NAME`` that name none.

## Why is this bad
A cell belongs to one section. With two the export refuses the notebook; with a misspelt one the cell stays behind, and
nobody hears of it.

## Example
```text
[4] tags: data, training
[7] tags: trainning
```

## Use instead
```text
[4] tags: training
[7] tags: training
```

## Fix safety
Safe: a misspelt tag gets the name that it was meant to be. Which of several sections is meant is for people to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nb2prod.notebook.model import SECTIONS, Notebook
from nb2prod.notebook.tags import misspelt_tags
from nb2prod.rules.model import Finding, Fix, Fixing, Rule, Severity, Tagging

RULE = Rule("NB702", "contradictory-tags", Severity.ERROR, Fixing.SAFE)


def check(notebook: Notebook, document: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield a finding for each cell whose section cannot be told, and for each tag that looks misspelt."""
    for each in notebook.refused:
        if each.kind == "tags":
            yield Finding(each.problem.what, each.cell, each.line, each.problem.remedy)
    for cell in notebook.cells:
        if cell.section is not None:
            continue
        metadata = document["cells"][cell.position].get("metadata")
        for hint in misspelt_tags(metadata if isinstance(metadata, dict) else {}, cell.label):
            said, _, meant = hint.partition(": ")
            what = f"has the tag {said.rpartition(' the tag ')[2]}, which is no section"
            yield Finding(what, cell.index, remedy=meant, subject=meant.split("`")[1] if "`" in meant else "")


def fix(finding: Finding) -> Fix | None:
    """Give the cell the section that its tag was meant to be."""
    if finding.cell is None or finding.subject not in SECTIONS:
        return None
    return Fix(f"Tag the cell `{finding.subject}`", (Tagging(finding.cell, finding.subject),))
