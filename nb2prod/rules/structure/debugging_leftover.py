"""
## What it does
Finds what is left of looking for a mistake: ``breakpoint()``, ``pdb.set_trace()``, ``%debug``, ``embed()``.

## Why is this bad
The run stops there and waits for somebody to type. In a scheduled run or a service nobody does: it hangs or fails.

## Example
```python
def clean(table):
    breakpoint()
    return table.dropna()
```

## Use instead
```python
def clean(table):
    return table.dropna()
```

## Fix safety
Safe: the line goes, where it holds nothing else. A debugger changes nothing unless somebody tells it to; one that is
handed something to run, as in ``pdb.runcall(train)`` and ``%debug train()``, stays. Where the value above the line
would be shown once the line is gone, ``pass`` takes its place.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from nb2prod.analysis.nodes import Call, Placed
from nb2prod.notebook.called import called_name
from nb2prod.notebook.model import Cell, Notebook
from nb2prod.rules.model import Finding, Fix, Fixing, Rule, Severity, Source
from nb2prod.rules.whole_lines import shows_without

RULE = Rule("NB710", "debugging-leftover", Severity.WARNING, Fixing.SAFE)
DEBUGGERS = frozenset({"pdb", "ipdb", "pudb", "wdb", "rpdb", "IPython.core.debugger", "IPython.terminal.debugger"})
RUNNING = frozenset({"run", "runcall", "runeval"})
"""What runs something under the debugger: without it, that is not run."""
STOPPING = frozenset({"set_trace", "post_mortem", "pm", "Tracer", *RUNNING})
OTHERS = frozenset({".breakpoint", "IPython.embed", "IPython.terminal.embed.embed", "code.interact"})
_MAGIC = re.compile(r"^\s*%{1,2}(debug|pdb)\b(?!\s+(?:off|0))")
_RUNS = re.compile(r"^\s*%debug\s+[^\s#]")


def check(calls: Sequence[Call], cells: Sequence[Cell]) -> Iterator[Finding]:
    """Yield a finding for each call of a debugger and each magic that starts one."""
    for call in calls:
        own = call.path == ".breakpoint" and isinstance(call.node.func, ast.Name)
        stops = call.last in STOPPING and call.path.rpartition(".")[0] in DEBUGGERS
        if own or stops or (call.path in OTHERS and not call.path.startswith(".")):
            what = f"`{ast.unparse(call.node.func)}` stops here and waits for somebody to type"
            yield Finding(what, call.statement.cell, call.line, "take the line out")
    for cell in cells:
        for number, line in enumerate(cell.source.split("\n") if "%" in cell.source else (), 1):
            said = _MAGIC.match(line)
            if said and cell.code.split("\n")[number - 1 : number] != [line]:
                what = f"`%{said.group(1)}` starts a debugger, which waits for somebody to type"
                yield Finding(what, cell.index, number, "take the line out")


def fix(finding: Finding, notebook: Notebook, nodes: Mapping[type[ast.AST], Sequence[Placed]]) -> Fix | None:
    """Take the line out, where it holds nothing else."""
    assert finding.cell is not None
    cell = notebook.cells[finding.cell]
    lines = cell.source.split("\n")
    line = lines[finding.line - 1]
    if line.lstrip().startswith("%"):
        only = not line.lstrip().startswith("%%") or line.lstrip()[2:].strip() == "debug"  # else, code stands behind it
        needed = False if only and not _RUNS.match(line) else None
    else:
        needed = _needed_below(line, finding, nodes)
    if needed is None:
        return None
    margin = line[: len(line) - len(line.lstrip())]
    needed = needed or shows_without(cell, (finding.line - 1, finding.line))
    lines[finding.line - 1 : finding.line] = [f"{margin}pass"] if needed else []
    return Fix("Take the debugger out", (Source(finding.cell, "\n".join(lines)),))


def _needed_below(line: str, finding: Finding, nodes: Mapping[type[ast.AST], Sequence[Placed]]) -> bool | None:
    """Say whether a call of a debugger is all that its block holds; ``None`` where it cannot go."""
    alone = [each.node for each in nodes.get(ast.Expr, ()) if _stands_at(each, finding)]
    if len(alone) != 1 or ast.unparse(alone[0]) != line.partition("#")[0].strip():
        return None  # other code stands on the line, or the statement goes on below it
    if any(called_name(each) in RUNNING for each in ast.walk(alone[0]) if isinstance(each, ast.Call)):
        return None
    return any(_holds_only(each.node, alone[0]) for each in _blocks(nodes))


def _stands_at(placed: Placed, finding: Finding) -> bool:
    return placed.statement.cell == finding.cell and getattr(placed.node, "lineno", 0) == finding.line


def _blocks(nodes: Mapping[type[ast.AST], Sequence[Placed]]) -> Iterator[Placed]:
    for kind, placed in nodes.items():
        if "body" in kind._fields or "finalbody" in kind._fields:
            yield from placed


def _holds_only(block: ast.AST, node: ast.AST) -> bool:
    return any(getattr(block, part, None) == [node] for part in ("body", "orelse", "finalbody"))
