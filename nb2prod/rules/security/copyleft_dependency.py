"""
## What it does
Finds imports of packages whose licence, as their own metadata state it, is the GPL or the AGPL, as far as they are
installed here. Packages that offer another licence besides, and the LGPL, are passed over.

## Why is this bad
Whoever hands on a program that contains a package under the GPL has to offer all of its source under the same terms;
with the AGPL that holds for a service on the network too. It may be what you want: it should not be news to those who
run it.

## Example
```python
import fitz  # PyMuPDF: AGPL-3.0
```

## Use instead
A package with other terms, or a word with those who answer for the service; then ``# nb2prod: ignore[NB607] agreed
with legal, 2024-06``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from nb2prod.analysis.nodes import Placed
from nb2prod.notebook.model import Notebook
from nb2prod.rules.dependencies import Places, is_own_kernel
from nb2prod.rules.licences import copyleft_of
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB607", "copyleft-dependency", Severity.ADVICE)


def check(notebook: Notebook, imported_roots: Mapping[str, Sequence[Placed]], places: Places) -> Iterator[Finding]:
    """Yield a finding for each import of a package, told once for each package."""
    if not is_own_kernel(notebook):
        return
    for root, imports in imported_roots.items():
        licence = copyleft_of(root, places)
        if licence:
            what = f"`{root}` is under the {licence}, which asks for the source of all that contains it"
            remedy = "agree on it with those who answer for the service, or take another package"
            for each in imports:
                line = getattr(each.node, "lineno", 0)
                yield Finding(what, each.statement.cell, line, remedy, root, once=root)
