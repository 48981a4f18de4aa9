"""
## What it does
Finds networks with dropout or batch normalisation that answer in training mode: nothing has called `.eval()` since.

## Why is this bad
Dropout draws anew for each request, and batch normalisation takes its statistics from the rows that are asked together:
the same row gets another answer each time.

## Example
```python
answer = network(row)
```

## Use instead
```python
network.eval()
with torch.no_grad():
    answer = network(row)
```

## Fix safety
What the cell shows changes: from now on it is the network's answer and not a draw.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from nb2prod.analysis.model import Statement
from nb2prod.notebook.called import called_name
from nb2prod.notebook.model import Notebook
from nb2prod.rules.answering import Answering, FunctionNode, Step
from nb2prod.rules.model import Finding, Fix, Fixing, Inserted, Rule, Severity

RULE = Rule("NB510", "training-mode", Severity.ERROR, Fixing.UNSAFE)

_SETS_MODE = re.compile(r"\b(?:eval|train)\b")
DEEPEST = 3
"""Functions that call one another, as far as they are followed."""
AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef
DIFFERENT = frozenset({"Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "BatchNorm1d", "BatchNorm2d",
                       "BatchNorm3d", "SyncBatchNorm", "RReLU"})  # fmt: skip
"""PyTorch's modules that do something else in training than in use."""


def check(answering: Answering, statements: Sequence[Statement]) -> Iterator[Finding]:
    """Yield a finding for each call of such a network that was not told to answer, told once for each."""
    names = _networks(statements)
    if not names:
        return
    functions = {each.node.name: each.node for each in statements if isinstance(each.node, FunctionNode)}
    modes = {name: mode for node in _setting(statements) for name, mode in _modes(node, functions)}
    handed = _handed_on(answering.steps, functions)
    modes |= {handed(name, step): mode for step in answering.steps for name, mode in _modes(step.node, {})}
    for step in answering.steps:
        for call in step.calls():
            name = handed(call.func.id, step) if isinstance(call.func, ast.Name) else ""
            if name in names and modes.get(name) != "eval":
                what = f"`{name}` answers in training mode: its dropout or normalisation follows chance or the batch"
                yield Finding(what, step.cell, step.line, f"call `{name}.eval()` before it is asked", name, once=name)


def fix(finding: Finding, notebook: Notebook) -> Fix | None:
    """Have the network told to answer, in a cell right above: not above a function, which may be older than it."""
    if finding.cell is None or _is_in_function(notebook, finding):
        return None
    source = f"{finding.subject}.eval()"
    return Fix(f"Add `{source}`", (Inserted(finding.cell, source, notebook.cells[finding.cell].section),))


def _networks(statements: Sequence[Statement]) -> frozenset[str]:
    """Return the names that hold a network with a part that is another in training."""
    classes: set[str] = set()
    found: set[str] = set()
    for statement in statements:
        node = statement.node
        if isinstance(node, ast.ClassDef):
            bases = {ast.unparse(base).rsplit(".", 1)[-1] for base in node.bases}
            if bases & ({"Module"} | classes) and _has_different(node):
                classes.add(node.name)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _may_make(statement.source, classes):
            made = {called_name(call) for call in ast.walk(node.value) if isinstance(call, ast.Call)}
            if made & classes or ("Sequential" in made and made & DIFFERENT):
                found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return frozenset(found)


def _may_make(source: str, classes: Collection[str]) -> bool:
    return "Sequential" in source or any(name in source for name in classes)


def _has_different(node: ast.AST) -> bool:
    return any(isinstance(call, ast.Call) and called_name(call) in DIFFERENT for call in ast.walk(node))


def _is_in_function(notebook: Notebook, finding: Finding) -> bool:
    """Return whether a finding stands in the body of a function."""
    cell = notebook.cells[finding.cell or 0]
    found = (each for each in ast.walk(ast.parse(cell.code)) if isinstance(each, FunctionNode))
    return any(each.lineno < finding.line <= (each.end_lineno or 0) for each in found)


def _setting(statements: Sequence[Statement]) -> list[ast.stmt]:
    """Return the statements that may set a mode when they are run, by a function of the notebook's too."""
    by = [s.node.name for s in statements if isinstance(s.node, FunctionNode) and _SETS_MODE.search(s.source)]
    return [
        each.node
        for each in statements
        if not isinstance(each.node, FunctionNode | ast.ClassDef)
        and (_SETS_MODE.search(each.source) or any(name in each.source for name in by))
    ]


def _handed_on(steps: Sequence[Step], functions: Mapping[str, AnyFunction]) -> Callable[[str, Step], str]:
    """Return how to tell what a name at a step is outside of all functions; nothing where it is a function's own."""
    own = {name: _own_names(function) for name, function in functions.items()}
    given: dict[tuple[str, str], str] = {}

    def outside(name: str, step: Step) -> str:
        if name not in own.get(step.function, ()):
            return name
        return given.get((step.function, name), "")

    for step in steps:
        for call in step.calls():
            if isinstance(call.func, ast.Name) and call.func.id in functions:
                for parameter, name in _named_arguments(call, functions[call.func.id]):
                    given[call.func.id, parameter] = outside(name, step)
    return outside


def _own_names(function: AnyFunction) -> frozenset[str]:
    """Return the names that are a function's own: parameters, and what it gives values."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    stored = {each.id for each in ast.walk(function) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    shared = {name for each in ast.walk(function) if isinstance(each, ast.Global) for name in each.names}
    return frozenset(({each.arg for each in every if each is not None} | stored) - shared)


def _named_arguments(call: ast.Call, function: AnyFunction) -> Iterator[tuple[str, str]]:
    """Yield the parameters that a call gives what a name holds, with the name."""
    places = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    given = [*zip(places, call.args, strict=False), *((each.arg, each.value) for each in call.keywords)]
    for parameter, value in given:
        if parameter is not None and isinstance(value, ast.Name):
            yield parameter, value.id


def _modes(node: ast.AST, functions: Mapping[str, AnyFunction], depth: int = DEEPEST) -> Iterator[tuple[str, str]]:
    """Yield the names whose mode is set below ``node``, in order, with the mode; by functions that it calls too."""
    calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
    for call in sorted(calls, key=lambda each: (each.end_lineno or 0, each.end_col_offset or 0)):
        method = call.func
        if isinstance(method, ast.Name) and method.id in functions and depth:
            function = functions[method.id]
            own, handed = _own_names(function), dict(_named_arguments(call, function))
            for name, mode in _modes(function, functions, depth - 1):
                outside = handed.get(name, "") if name in own else name
                if outside:
                    yield outside, mode
        if not isinstance(method, ast.Attribute) or not isinstance(method.value, ast.Name):
            continue
        if method.attr == "eval" or (method.attr == "train" and not call.args):
            yield method.value.id, method.attr
