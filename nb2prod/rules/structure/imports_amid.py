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
Safe: the import moves to the top of its cell. It stays where something in between reads or sets its names, or they have
another value above; where something in between sets something in a module, the path or the environment, or does
something that is no assignment; and where the module may be one that the notebook writes.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nb2prod.analysis.children import walked
from nb2prod.analysis.model import Kind, Statement
from nb2prod.analysis.nodes import imported
from nb2prod.notebook.model import Cell, Notebook
from nb2prod.rules.dependencies import is_beside, is_installed
from nb2prod.rules.model import Finding, Fix, Fixing, Rule, Severity, Source
from nb2prod.rules.whole_lines import is_written, own_lines

RULE = Rule("NB712", "imports-amid", Severity.ADVICE, Fixing.SAFE)
FINDING_MODULES = frozenset(
    ("importlib", "os", "site", "sys", "pip", "subprocess", "get_ipython", "exec", "environ", "chdir", "putenv",
     "load_dotenv")
)  # fmt: skip
"""Names by which it is changed which modules are found, and what they find in their environment."""
LOOKING = frozenset(
    ("os.path", "os.getcwd", "os.listdir", "os.walk", "os.sep", "os.cpu_count", "sys.version", "sys.version_info")
)
"""What only looks."""
SETTING = (ast.Expr, ast.If, ast.Try, ast.With, ast.Delete, ast.Assert)
"""Statements that may have to stand above an import."""
DOING = (*SETTING, ast.For, ast.While, ast.Match, ast.AsyncFor, ast.AsyncWith)
"""Statements of which an import is not taken away unasked."""


def check(cells: Sequence[Cell], by_cell: Mapping[int, Sequence[Statement]]) -> Iterator[Finding]:
    """Yield a finding for each import that stands below other code, told once for each cell."""
    for cell in cells:
        for statement in by_cell[cell.index]:
            if (
                statement.kind is Kind.IMPORT
                and is_written(cell, statement.node)
                and _working(cell, by_cell[cell.index], statement)
            ):
                what = f"`{ast.unparse(statement.node)}` stands amid other code"
                remedy = "move it to the top of the cell"
                yield Finding(what, cell.index, statement.line, remedy, once=f"cell {cell.index}")


def fix(
    finding: Finding,
    notebook: Notebook,
    statements: Sequence[Statement],
    by_cell: Mapping[int, Sequence[Statement]],
) -> Fix | None:
    """Move all imports of the cell that can be moved above the first code that does something."""
    assert finding.cell is not None
    doing = _Doing.of(statements)
    cell, own = notebook.cells[finding.cell], by_cell[finding.cell]
    moving: list[tuple[int, int]] = []
    first: Statement | None = None
    for statement in own:
        between = _working(cell, own, statement) if statement.kind is Kind.IMPORT else []
        if not between:
            continue
        place = own_lines(cell, statement.node)
        if place is None or statement.node.col_offset or not _may_pass(statement, between, doing, notebook):
            break  # one below it may want what it has done
        first = first or between[0]
        moving.append(place)
    if first is None or first.node.col_offset or all(not start <= finding.line - 1 < end for start, end in moving):
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


def _working(cell: Cell, statements: Sequence[Statement], moved: Statement) -> list[Statement]:
    """Return the statements above an import that do something; none where it may have to wait for them."""
    above = [each for each in statements if each.index < moved.index]
    start = next(
        (place for place, each in enumerate(above) if each.kind not in {Kind.IMPORT, Kind.CONSTANT}), len(above)
    )
    working = above[start:]
    if any(isinstance(each.node, SETTING) for each in working[:1]) or any(map(_finds_modules, working)):
        return []
    lines = zip(cell.source.split("\n"), cell.code.split("\n"), strict=False) if working else ()
    if any(source != code for number, (source, code) in enumerate(lines, 1) if number < moved.line):
        return []
    return working


def _only_looks(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and f"{node.value.id}.{node.attr}" in LOOKING


def _finds_modules(statement: Statement) -> bool:
    nodes = list(walked(statement.node))
    looking = {id(each.value) for each in nodes if isinstance(each, ast.Attribute) and _only_looks(each)}
    return any(isinstance(each, ast.Name) and each.id in FINDING_MODULES and id(each) not in looking for each in nodes)


@dataclass(frozen=True)
class _Doing:
    """The notebook's names by which something else than its own values is changed."""

    modules: frozenset[str]
    functions: frozenset[str]
    """Those that have to do with how modules are found."""
    statements: Sequence[Statement]

    @classmethod
    def of(cls, statements: Sequence[Statement]) -> _Doing:
        modules = frozenset(name for each in statements for name in imported(each.node))
        own = (each for each in statements if isinstance(each.node, ast.FunctionDef | ast.ClassDef))
        return cls(
            modules,
            frozenset(name for each in own if _finds_modules(each) for name in each.facts.definitions),
            statements,
        )

    def named_otherwise(self, moved: Statement) -> set[str]:
        """Return the names that have a value above an import which is not what it gives, such as Python's own."""
        gives, found = imported(moved.node), set(dir(builtins))
        for each in self.statements[: moved.index]:
            own = imported(each.node)
            found |= {name for name in each.facts.definitions if name not in own or own[name] != gives.get(name)}
        return found

    def is_done_by(self, statement: Statement) -> bool:
        """Say whether a statement may change what an import below it gives."""
        node = statement.node
        called = {
            each.func.id for each in walked(node) if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)
        }
        return isinstance(node, DOING) or bool(called & self.functions) or bool(self._set_in(node) & self.modules)

    @staticmethod
    def _set_in(node: ast.stmt) -> set[str]:
        """Return the names of what a statement sets something in."""
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        found = set()
        for target in targets:
            inner = target
            while isinstance(inner, ast.Attribute | ast.Subscript):
                inner = inner.value
            if isinstance(inner, ast.Name) and inner is not target:
                found.add(inner.id)
        return found


def _may_pass(moved: Statement, between: Sequence[Statement], doing: _Doing, notebook: Notebook) -> bool:
    """Return whether an import gives the same above the statements between."""
    names = moved.facts.definitions
    if any(alias.name == "*" for alias in getattr(moved.node, "names", ())):
        return False
    if names & doing.named_otherwise(moved):
        return False  # a function or a text in between may read the name
    if not _is_there(moved.node, notebook) and any(map(_calls, between)):
        return False
    return not any(
        names & (each.facts.references | each.facts.definitions | each.facts.deferred | each.facts.deletions)
        or doing.is_done_by(each)
        for each in between
    )


def _is_there(node: ast.stmt, notebook: Notebook) -> bool:
    """Say whether the module is installed, and none that the notebook may write."""
    relative = isinstance(node, ast.ImportFrom) and node.level
    roots = {path.split(".")[0] for path in imported(node).values()}
    return not relative and all(is_installed(root) and not is_beside(root, notebook) for root in roots)


def _calls(statement: Statement) -> bool:
    own = not isinstance(statement.node, ast.FunctionDef | ast.AsyncFunctionDef)
    return own and any(isinstance(each, ast.Call) for each in walked(statement.node))
