"""
## What it does
Finds settings that are written out again and again, such as the same ``random_state=42`` in three calls or more. In
notebooks with sections it also finds numbers with a setting's name that never change and stand in data, training or
evaluation instead of parameters.

## Why is this bad
Whoever wants another value has to find all places, and misses one. What is a parameter can be set for each run, by
papermill and by the exported pipeline.

## Example
```python
train_test_split(X, y, random_state=42)
RandomForestClassifier(random_state=42)
KFold(shuffle=True, random_state=42)
```

## Use instead
```python
random_state = 42  # in a cell that is tagged `parameters`
train_test_split(X, y, random_state=random_state)
RandomForestClassifier(random_state=random_state)
KFold(shuffle=True, random_state=random_state)
```

## Fix safety
Safe: the value gets a name in the parameters, which the calls read, or its line moves there. Calls where the rule is
ignored keep the value. Only offered where the name means nothing else in the notebook, and no ``from ... import *`` may
give it another meaning.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from nb2prod.analysis.model import Dataflow, Kind, Statement
from nb2prod.analysis.nodes import Call
from nb2prod.analysis.suggest.literals import literal_of
from nb2prod.analysis.suggest.proposals import VARIED
from nb2prod.analysis.unparse import unparsed
from nb2prod.notebook.model import Cell, Notebook
from nb2prod.rules.editing import parameter_cell, replaced
from nb2prod.rules.ignoring import is_ignored_at
from nb2prod.rules.model import Finding, Fix, Fixing, Rule, Severity, Source
from nb2prod.rules.unknown_names import brings_any_name
from nb2prod.rules.whole_lines import shows_without, with_lines

RULE = Rule("NB713", "hard-coded-setting", Severity.ADVICE, Fixing.SAFE)
SHARED = frozenset({"batch_size", "cv", "epochs", "n_splits", "num_epochs", "random_state", "seed", "test_size"})
"""Keywords that mean the same in whatever call."""
OFTEN = 3
"""From how many calls on."""
WITH_PARAMETERS = frozenset({"data", "training", "evaluation"})


def check(flow: Dataflow, calls: Sequence[Call], notebook: Notebook) -> Iterator[Finding]:
    """Yield a finding for each value that is repeated, and each that has a name and could be a parameter."""
    for (name, value), found in _repeated(calls).items():
        if len(found) >= OFTEN:
            what = f"`{name}={value}` is written {len(found)} times"
            remedy = f"make `{name}` a parameter and read it in all of them"
            said = f"{name}={value}"
            for call in found:
                yield Finding(what, call.statement.cell, call.line, remedy, subject=said, once=said)
    for statement in _named(flow, calls, notebook):
        name = next(iter(statement.facts.definitions))
        what = f"`{name}` is a setting that stands in section {notebook.cells[statement.cell].section}"
        yield Finding(what, statement.cell, statement.line, "move it to the parameters", subject=name)


def fix(
    finding: Finding,
    calls: Sequence[Call],
    flow: Dataflow,
    notebook: Notebook,
    names_in_code: frozenset[str],
    words_in_texts: frozenset[str],
) -> Fix | None:
    """Turn the value into a parameter."""
    name, _, value = finding.subject.partition("=")
    if value:
        taken = {each for statement in flow.statements for each in statement.facts.definitions}
        if name in taken | names_in_code | words_in_texts or any(map(brings_any_name, flow.statements)):
            return None
        meant = [each for each in calls if not is_ignored_at(notebook, RULE, each.statement.cell, each.line)]
        return _parameter_of_calls(name, value, _repeated(meant)[name, value], notebook)
    statement = next(each for each in _named(flow, calls, notebook) if name in each.facts.definitions)
    cell = notebook.cells[statement.cell]
    line = cell.source.split("\n")[statement.node.lineno - 1].strip()
    source = with_lines(cell, statement.node, []) if statement.node.lineno == statement.node.end_lineno else None
    if source is None or shows_without(cell, (statement.node.lineno - 1, statement.node.lineno)):
        return None
    added = parameter_cell(notebook.cells, cell.index, line)
    return Fix(f"Move {name} to the parameters", (added, Source(cell.index, source)))


def _repeated(calls: Sequence[Call]) -> Mapping[tuple[str, str], Sequence[Call]]:
    """Return the calls that are handed the same number or word by the same name, by name and value."""
    found: dict[tuple[str, str], list[Call]] = {}
    for call in calls:
        for keyword in call.node.keywords:
            if keyword.arg not in SHARED:
                continue
            value = keyword.value
            if isinstance(value, ast.Constant) and type(value.value) in {int, float, str}:
                found.setdefault((keyword.arg, unparsed(value)), []).append(call)
    return found


def _named(flow: Dataflow, calls: Sequence[Call], notebook: Notebook) -> Iterator[Statement]:
    """Yield the statements that give a setting's name a number for good, in a section that could take a parameter."""
    constants = [each for each in flow.statements if each.kind is Kind.CONSTANT]
    constants = [each for each in constants if notebook.cells[each.cell].section in WITH_PARAMETERS]
    if not constants:
        return
    made: dict[str, int] = {}
    for statement in flow.statements:
        for name in statement.facts.definitions | statement.facts.deletions:
            made[name] = made.get(name, 0) + 1
    read = {name for each in flow.statements for name in each.facts.references | each.facts.deferred}
    keywords = [each for call in calls for each in call.node.keywords if each.arg in VARIED]
    settings = {each.value.id for each in keywords if isinstance(each.value, ast.Name)}
    for statement in constants:
        literal = literal_of(statement.node)
        if literal is None:
            continue
        name, value = literal
        number = isinstance(value, ast.Constant) and type(value.value) in {int, float}
        if number and made[name] == 1 and name in read and (name in settings or name.lower() in VARIED):
            yield statement


def _parameter_of_calls(name: str, value: str, calls: Sequence[Call], notebook: Notebook) -> Fix | None:
    if notebook.refused:
        return None
    changed: dict[int, Cell] = {}
    for call in reversed(calls):
        cell = changed.get(call.statement.cell, notebook.cells[call.statement.cell])
        keyword = call.keyword(name)
        if keyword is None:
            return None
        source = replaced(cell, keyword, name)
        code = source if cell.source == cell.code else replaced(replace(cell, source=cell.code), keyword, name)
        if source is None or code is None:
            return None
        changed[cell.index] = replace(cell, source=source, code=code)
    added = parameter_cell(notebook.cells, min(changed), f"{name} = {value}")
    if isinstance(added, Source) and added.cell in changed:
        return None
    sources = [Source(index, cell.source) for index, cell in sorted(changed.items())]
    return Fix(f"Make {name} a parameter", (added, *sources))
