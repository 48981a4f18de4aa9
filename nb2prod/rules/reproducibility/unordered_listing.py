"""
## What it does
Finds lists of files that come in whatever order the disk has them, where that order goes on to matter:
``os.listdir``, ``os.scandir``, ``os.walk``, ``glob``, ``Path.glob`` and ``Path.iterdir`` without ``sorted``.

## Why is this bad
Another machine, or the same one after a copy, lists them otherwise. Rows and labels then come in another order, and a
split by a seed gives other rows.

## Example
```python
tables = [pd.read_csv(name) for name in glob.glob("data/*.csv")]
```

## Use instead
```python
tables = [pd.read_csv(name) for name in sorted(glob.glob("data/*.csv"))]
```

## Fix safety
Unsafe: the files are then taken in another order than the one that this machine happened to have.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nb2prod.analysis.nodes import Call, last_names, parents_of
from nb2prod.notebook.model import Cell
from nb2prod.rules.editing import replaced
from nb2prod.rules.model import Finding, Fix, Fixing, Rule, Severity, Source
from nb2prod.rules.ordering import order_matters, sorted_names

LISTINGS = frozenset(("os.listdir", "os.scandir", "os.walk", "glob.glob", "glob.iglob"))
METHODS = frozenset(("glob", "rglob", "iterdir"))
RULE = Rule("NB216", "unordered-listing", Severity.WARNING, Fixing.UNSAFE, words=last_names(LISTINGS) | METHODS)
REMEDY = "put `sorted(...)` around it"


def check(calls: Sequence[Call]) -> Iterator[Finding]:
    """Yield a finding for each listing."""
    listings = [call for call in calls if _is_listing(call)]
    in_order = sorted_names(call.node for call in calls) if listings else ()
    for call in listings:
        if order_matters(call.node, parents_of(call.statement.node), in_order):
            what = f"`{call.last}` gives the files in whatever order the disk has them"
            yield Finding(what, call.statement.cell, call.line, REMEDY)


def _is_listing(call: Call) -> bool:
    if call.path in LISTINGS:
        return True
    return call.last in METHODS and (call.path.startswith((".", "pathlib.")))


def fix(finding: Finding, calls: Sequence[Call], cells: Sequence[Cell]) -> Fix | None:
    """Sort the listing."""
    at = (finding.cell, finding.line)
    call = next(each for each in calls if (each.statement.cell, each.line) == at and _is_listing(each))
    cell = next(each for each in cells if each.index == finding.cell)
    if call.last in {"walk", "scandir"} or call.node.lineno != call.node.end_lineno:
        return None
    line = cell.code.split("\n")[call.line - 1].encode()
    text = line[call.node.col_offset : call.node.end_col_offset].decode()
    new = replaced(cell, call.node, f"sorted({text})")
    return Fix(f"Sort what {call.last} gives", (Source(cell.index, new),)) if new is not None else None
