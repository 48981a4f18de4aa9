"""
## What it does
Finds values that are computed and that nothing reads, shows or changes: a scaler that nothing is scaled with, answers
that the next cell overwrites, a parameter that has no effect. Only what certainly does nothing else is told. What
evaluation and inference compute is passed over: those are the results.

## Why is this bad
Somebody will believe that it has an effect: that another value of the parameter changes the model, that the table was
scaled. Often it was meant to, and another name was misspelt.

## Example
```python
scaler = StandardScaler()
model = LogisticRegression().fit(X_train, y_train)
```

## Use instead
```python
model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X_train, y_train)
```
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from nb2prod.analysis.knowledge import load_knowledge, nearest
from nb2prod.analysis.model import Dataflow, Kind, Statement
from nb2prod.analysis.nodes import Call, Placed
from nb2prod.notebook.model import SKIP, Notebook
from nb2prod.rules.model import Finding, Rule, Severity
from nb2prod.rules.unknown_names import Unknown, named_unseen
from nb2prod.rules.whole_lines import is_written

RULE = Rule("NB704", "unread-value", Severity.ADVICE)
RESULTS = frozenset({"evaluation", "inference", SKIP})
HARMLESS = frozenset(
    {"abs", "astype", "copy", "drop", "dropna", "fillna", "groupby", "head", "isna", "isnull", "join", "max", "mean",
     "median", "merge", "min", "nunique", "predict", "predict_proba", "reset_index", "reshape", "round",
     "select_dtypes", "std", "sum", "tail", "to_numpy", "tolist", "transform", "unique"}
)  # fmt: skip
"""Methods that do nothing but give a value, whatever they are called on; not with ``inplace``."""
METRICS = ("sklearn.metrics.", "torchmetrics.", "statsmodels.tools.eval_measures.")
_WORD = re.compile(r"[^\W\d]\w*")


def check(
    flow: Dataflow,
    calls: Sequence[Call],
    nodes: Mapping[type[ast.AST], Sequence[Placed]],
    readers: Mapping[tuple[int, str], frozenset[int]],
    notebook: Notebook,
    injected: frozenset[str],
    unknown_names: Sequence[Unknown],
) -> Iterator[Finding]:
    """Yield a finding for each statement that gives nothing but values that nobody reads."""
    if notebook.refused or not flow.statements:
        return
    unread = [each for each in flow.statements if each.facts.quiet and _is_unread(each, readers)]
    asked = {each.index for each in unread}
    harmful = {each.statement.index for each in calls if each.statement.index in asked and not _only_gives(each)}
    used = {name for each in flow.statements for name in each.facts.deferred} if unread else set()
    last = flow.statements[-1].cell
    left = [each for each in unread if each.index not in harmful and not each.facts.definitions & used]
    given = frozenset[str]().union(*(each.facts.definitions for each in left))
    mentioned = frozenset(named_unseen(notebook)) | _in_texts(nodes, given) if given else given
    for statement in left:
        names = statement.facts.definitions
        section = notebook.cells[statement.cell].section
        if section in RESULTS or names & mentioned or any(_wants(each, statement) for each in unknown_names):
            continue
        if not is_written(notebook.cells[statement.cell], statement.node):
            continue
        if section == "parameters" and not (names <= injected and _is_set_below(flow, statement)):
            what, remedy = "is a parameter that nothing reads", "read it where its value is written out, or take it out"
        elif section == "parameters" or statement.cell == last:
            continue
        else:
            what = "is computed, and nothing reads or shows it"
            if len(names) > 1:
                what = "are computed, and nothing reads or shows them"
            remedy = "take it out, or use it where it was meant"
        listed = ", ".join(f"`{name}`" for name in sorted(names))
        yield Finding(f"{listed} {what}", statement.cell, statement.line, remedy, subject=min(names))


def _wants(unknown: Unknown, statement: Statement) -> bool:
    """Return whether a name is read above the statement that gives it its value: that one is wanted, further up."""
    return unknown.name in statement.facts.definitions and unknown.statement.index < statement.index


def _is_set_below(flow: Dataflow, statement: Statement) -> bool:
    """Return whether statements further down give all its names other values."""
    below = {name for each in flow.statements[statement.index + 1 :] for name in each.facts.definitions}
    return statement.facts.definitions <= below


def _is_unread(statement: Statement, readers: Mapping[tuple[int, str], frozenset[int]]) -> bool:
    facts = statement.facts
    return (
        facts.effects
        and bool(facts.definitions)
        and (statement.kind is Kind.CONSTANT or statement.kind is Kind.OTHER)
        and not any(name.startswith("_") or (statement.index, name) in readers for name in facts.definitions)
        and isinstance(statement.node, ast.Assign | ast.AnnAssign)
        and not facts.mutations - facts.definitions
    )


def _only_gives(call: Call) -> bool:
    """Return whether a call certainly does nothing but give a value."""
    if call.keyword("inplace") is not None or call.keyword("out") is not None or call.keyword("ax") is not None:
        return False
    if call.path.startswith("."):
        return isinstance(call.node.func, ast.Attribute) and call.last in HARMLESS
    if call.path.startswith(METRICS):
        return False  # a figure of the model, which an export keeps
    known = load_knowledge()
    return nearest(known.pure, call.path) is not None and nearest(known.display, call.path) is None


def _in_texts(nodes: Mapping[type[ast.AST], Sequence[Any]], names: Iterable[str]) -> frozenset[str]:
    """Return those of some names that are words of texts, which may be formulas and queries."""
    texts = "\n".join({value[:500] for each in nodes.get(ast.Constant, ()) if type(value := each.node.value) is str})
    within = [name for name in names if name in texts]  # most are in none, which is told sooner than the words
    return frozenset(_WORD.findall(texts)).intersection(within) if within else frozenset()
