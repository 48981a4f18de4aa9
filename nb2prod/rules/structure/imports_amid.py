"""
## What it does
Finds imports that stand in a cell below code that does something, as ruff's E402 does. Settings that have to come first
(``warnings.filterwarnings``, ``os.environ``, ``sys.path``), magics, ``try`` and ``if`` may stand above an import.

## Why is this bad
That a library is missing, or has no such function, comes out only when what stands above is done, which may be hours of
training. And nobody looks there for what the notebook needs.

## Example
```python
model.fit(X_train, y_train)
import joblib
joblib.dump(model, "model.joblib")
```

## Use instead
```python
import joblib

model.fit(X_train, y_train)
joblib.dump(model, "model.joblib")
```

## Fix safety
Safe: the import moves to the top of its cell, where nothing in between reads or sets its names, or has to do with how
modules are found.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from nb2prod.analysis.model import Kind, Statement
from nb2prod.notebook.model import Cell, Notebook
from nb2prod.rules.model import Finding, Fix, Fixing, Rule, Severity, Source
from nb2prod.rules.whole_lines import own_lines

RULE = Rule("NB712", "imports-amid", Severity.ADVICE, Fixing.SAFE)
FINDING_MODULES = frozenset({"importlib", "os", "site", "sys", "pip", "subprocess", "get_ipython", "exec"})
SETTING = (ast.Expr, ast.If, ast.Try, ast.With, ast.Delete, ast.Assert)
"""Statements that may have to stand above an import."""


def check(cells: Sequence[Cell], by_cell: Mapping[int, Sequence[Statement]]) -> Iterator[Finding]:
    """Yield a finding for the first import of each cell that stands below other code."""
    for cell in cells:
        for statement in by_cell[cell.index]:
            if statement.kind is Kind.IMPORT and _working(cell, by_cell[cell.index], statement):
                what = f"`{ast.unparse(statement.node)}` stands amid other code"
                yield Finding(what, cell.index, statement.line, "move it to the top of the cell")
                break


def fix(finding: Finding, notebook: Notebook, by_cell: Mapping[int, Sequence[Statement]]) -> Fix | None:
    """Move all imports of the cell that can be moved above the first code that does something."""
    assert finding.cell is not None
    cell, statements = notebook.cells[finding.cell], by_cell[finding.cell]
    moving: list[tuple[int, int]] = []
    first: Statement | None = None
    for statement in statements:
        between = _working(cell, statements, statement) if statement.kind is Kind.IMPORT else []
        place = own_lines(cell, statement.node)
        if between and place is not None and not statement.node.col_offset and _may_pass(statement, between):
            first = first or between[0]
            moving.append(place)
    if first is None or not any(start <= finding.line - 1 < end for start, end in moving):
        return None
    lines = cell.source.split("\n")
    top = first.line - 1
    while top > 0 and lines[top - 1].lstrip().startswith("#"):
        top -= 1
    imports = [line for start, end in moving for line in lines[start:end]]
    gone = {number for start, end in moving for number in range(start, end)}
    kept = [line for number, line in enumerate(lines) if number >= top and number not in gone]
    source = "\n".join([*lines[:top], *imports, *kept])
    return Fix("Move the import to the top of the cell", (Source(cell.index, source),))


def _working(cell: Cell, statements: Sequence[Statement], imported: Statement) -> list[Statement]:
    """Return the statements above an import that do something; none where it may have to wait for them."""
    above = [each for each in statements if each.index < imported.index]
    start = next(
        (place for place, each in enumerate(above) if each.kind not in {Kind.IMPORT, Kind.CONSTANT}), len(above)
    )
    working = above[start:]
    if any(isinstance(each.node, SETTING) or _finds_modules(each) for each in working[:1]):
        return []
    lines = zip(cell.source.split("\n"), cell.code.split("\n"), strict=False) if working else ()
    if any(source != code for number, (source, code) in enumerate(lines, 1) if number < imported.line):
        return []
    return working


def _finds_modules(statement: Statement) -> bool:
    return any(isinstance(each, ast.Name) and each.id in FINDING_MODULES for each in ast.walk(statement.node))


def _may_pass(imported: Statement, between: Sequence[Statement]) -> bool:
    """Return whether an import gives the same above the statements between."""
    names = imported.facts.definitions
    if any(alias.name == "*" for alias in getattr(imported.node, "names", ())):
        return False
    return not any(
        names & (each.facts.references | each.facts.definitions | each.facts.deferred | each.facts.deletions)
        or _finds_modules(each)
        for each in between
    )
