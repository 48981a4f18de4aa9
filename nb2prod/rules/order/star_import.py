"""
## What it does
Finds ``from MODULE import *``.

## Why is this bad
Nobody sees which names the notebook takes from where. Another version of the library may bring a name that replaces one
of the notebook's own, and the code that is moved into a repository has to bring along everything.

## Example
```python
from numpy import *
```

## Use instead
```python
import numpy as np
```

## Fix safety
Safe. The names that the notebook uses are imported by themselves; only offered where all of them can be told: the
module's source is at hand, every cell can be read, no name of the notebook is of unknown origin, and none is read by a
text (`eval`, `df.query`). What lines of magics and other texts that are run may name is imported too.
"""

from __future__ import annotations

import ast
import builtins
import importlib
from collections.abc import Iterator, Mapping, Sequence, Set

from nb2prod.analysis.children import walked
from nb2prod.analysis.model import Dataflow, Statement
from nb2prod.analysis.nodes import Placed
from nb2prod.analysis.stars import star_finder
from nb2prod.notebook.model import Notebook
from nb2prod.rules.model import Finding, Fix, Fixing, Rule, Severity, Source
from nb2prod.rules.unknown_names import brings_any_name, named_in_texts, named_unseen, reads_by_text

RULE = Rule("NB107", "star-import", Severity.ADVICE, Fixing.SAFE)
IN_C = {"cmath", "itertools", "math", "time"}
"""Modules of Python's own that have no source."""
WIDTH = 100
"""Characters of a line of names."""


def check(statements: Sequence[Statement], notebook: Notebook) -> Iterator[Finding]:
    """Yield a finding for each import of everything; one for ``%pylab``, which stands for two."""
    magic: set[tuple[int, int]] = set()
    for statement in statements:
        node, place = statement.node, (statement.cell, statement.line)
        if isinstance(node, ast.ImportFrom) and brings_any_name(statement):
            if place in magic:
                continue
            line = notebook.cells[statement.cell].source.split("\n")[statement.line - 1]
            what = f"everything is imported from `{_module(node)}`, so nobody sees which names come from there"
            remedy = f"import the names that are used, or `{_module(node)}` itself"
            if line.lstrip().startswith("%"):
                magic.add(place)
                what = (
                    f"`{line.strip()}` imports all of NumPy and Matplotlib, so nobody sees which names come from there"
                )
                remedy = (
                    "write `import numpy as np` and `import matplotlib.pyplot as plt`, and name what is used by them"
                )
            yield Finding(what, statement.cell, statement.line, remedy)


def fix(
    finding: Finding, flow: Dataflow, nodes: Mapping[type[ast.AST], Sequence[Placed]], notebook: Notebook
) -> Fix | None:
    """Import the names that are used, where they can be told."""
    place = (finding.cell, finding.line)
    imports = (
        each for each in flow.statements if isinstance(each.node, ast.ImportFrom)
    )  # ``%pylab`` is two statements
    statement = next(each for each in imports if (each.cell, each.line) == place)
    names = _used(flow, statement, notebook, {*named_unseen(notebook), *named_in_texts(nodes)})
    if not names or notebook.refused or any(flow.undefined.values()) or reads_by_text(notebook):
        return None
    source = _replaced(notebook, statement, names)
    what = f"`{names[0]}`" if len(names) == 1 else f"the {len(names)} names"
    return Fix(f"Import only {what} that the notebook uses", (Source(statement.cell, source),)) if source else None


def _module(node: ast.ImportFrom) -> str:
    return "." * node.level + (node.module or "")


def _used(flow: Dataflow, statement: Statement, notebook: Notebook, in_texts: Set[str]) -> list[str]:
    """Return the names that others, or ``in_texts``, take from the import; none where they cannot be told."""
    assert isinstance(statement.node, ast.ImportFrom)
    offered = _offered(_module(statement.node), notebook)
    if offered is None:
        return []
    taken = set(in_texts & offered)
    others = {each.index for each in flow.statements if brings_any_name(each)} - {statement.index}
    for reader, origins in zip(flow.statements, flow.sources, strict=True):
        taken |= {name for name in reader.facts.references if statement.index in origins.get(name, ())}
        for name in reader.facts.references & offered if reader.index > statement.index else ():
            # a value from above is no more what it was below the import; which of two modules gave one, nobody has said
            origin = origins.get(name, ())
            taken |= {name} if any(each < statement.index or each in others for each in origin) else set()
        taken |= reader.facts.deferred & offered  # what a function reads that nobody calls has no origin
    hidden = offered & set(dir(builtins))
    if hidden:
        nodes = (node for each in flow.statements for node in walked(each.node))
        taken |= {node.id for node in nodes if isinstance(node, ast.Name) and node.id in hidden}
    return sorted(taken) if taken <= offered else []


def _offered(module: str, notebook: Notebook) -> frozenset[str] | None:
    """Return the names that a module offers, ``None`` where its source is not at hand."""
    if module in IN_C:
        return frozenset(name for name in dir(importlib.import_module(module)) if not name.startswith("_"))
    return star_finder(notebook.modules, notebook.path.parent)(module)


def _replaced(notebook: Notebook, statement: Statement, names: Sequence[str]) -> str | None:
    """Return the cell's source with the import of names; ``None`` where the import does not stand alone on its line."""
    cell, node = notebook.cells[statement.cell], statement.node
    assert isinstance(node, ast.ImportFrom)
    lines, first, last = cell.source.split("\n"), node.lineno - 1, node.end_lineno or node.lineno
    text = "\n".join(lines[first:last])
    if first + 1 != last or cell.code.split("\n")[first] != text or len(text.encode()) < (node.end_col_offset or 0):
        return None
    behind = text.encode()[node.end_col_offset :].decode()
    if node.col_offset or (behind.strip() and not behind.strip().startswith("#")):
        return None
    said = f"from {_module(node)} import {', '.join(names)}"
    if len(said) > WIDTH:
        said = "\n".join([f"from {_module(node)} import (", *(f"    {name}," for name in names), ")"])
    return "\n".join([*lines[:first], said + behind, *lines[last:]])
