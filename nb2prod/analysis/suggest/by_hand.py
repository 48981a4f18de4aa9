"""What a notebook learns and applies by code of its own, to candidates: for notebooks without a library's model."""

from __future__ import annotations

import ast

from nb2prod.analysis.inference.expressions import calls
from nb2prod.analysis.model import Dataflow, Statement
from nb2prod.analysis.suggest.applying import Applied, Applying
from nb2prod.analysis.suggest.candidates import Candidate, Tier
from nb2prod.analysis.suggest.learnt import CODE, Learnt
from nb2prod.analysis.suggest.roles import Role, load_roles
from nb2prod.analysis.suggest.values import Fit, Seen, Story, Use, Value
from nb2prod.notebook.called import called_name

Uses = list[tuple[Statement, Applied]]


def candidates_by_hand(flow: Dataflow, story: Story, learnt: Learnt) -> list[Candidate]:
    """Return what the notebook learns by code of its own and applies to rows, the best first: one for each statement
    that learns."""
    applying = Applying(flow, learnt)
    applied: dict[int, Uses] = {}
    statements = (statement for statement in flow.statements if statement.kind not in CODE)
    found_at = [(s.index, each) for s in statements for each in applying.found_in(s)]
    for index, each in applying.without_steps(found_at):
        applied.setdefault(each.learnt_in, []).append((flow.statements[index], each))
    found = [_candidate(flow, story, learnt, index, uses) for index, uses in sorted(applied.items())]
    return sorted(found, key=lambda candidate: candidate.key, reverse=True)


def _candidate(flow: Dataflow, story: Story, learnt: Learnt, index: int, uses: Uses) -> Candidate:
    learning = flow.statements[index]
    uses = sorted(uses, key=lambda use: _strength(story, index, *use))
    names = uses[-1][1].names
    own = [name for name in names if name in learning.facts.definitions | learning.facts.mutations]
    name = next(iter(own or names), "")
    model = Value(Role.LEARNT, uses[-1][1].function, instance=True)
    fit = Fit(model, index, learning.cell, learnt.how.get(index, ""), data_at=index, text=name, name=name)
    asked = [_use(fit, statement, each) for statement, each in uses]
    asked += [_judging(fit, statement, by) for statement, each in uses if (by := judged_by(statement.node, each))]
    candidate = Candidate(fit, name, True, uses=asked, tier=Tier.ANSWERS, place=uses[-1][0].index)
    candidate.applied = tuple((statement.index, each) for statement, each in reversed(uses))
    return candidate


def _strength(story: Story, index: int, statement: Statement, applied: Applied) -> tuple[bool, bool, bool, int]:
    """Order uses: by functions with a telling name, behind what is learnt, not to be drawn, the last."""
    behind = statement.index > index
    return (behind, applied.named, statement.cell not in story.drawing, statement.index)


def _judging(fit: Fit, statement: Statement, by: str) -> Use:
    return Use("judge", fit, statement.index, statement.cell, by)


def judged_by(node: ast.AST, applied: Applied) -> str:
    """Return the name of the function that measures the answers right where they are made; empty where none does."""
    roles = load_roles()
    for call in calls(node):
        name = called_name(call)
        measures = roles.is_metric(f"?.{name}") or name in roles.totals or roles.judges_or_trains(name)
        if (
            measures
            and name not in {"print", "display"}
            and any(child is applied.expression for child in ast.walk(call))
        ):
            return name
    return ""


def _use(fit: Fit, statement: Statement, applied: Applied) -> Use:
    data = None
    if applied.rows is not None:
        data = Seen(Value(Role.DATA), text=applied.example)
    call = applied.function or ast.unparse(applied.expression)
    return Use("answer", fit, statement.index, statement.cell, call, data, fit.text)
