"""What to ask of a kernel that has run the notebook to its end: that which is still there of what a run would show."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from nb2prod.analysis.lasting import Changed, changed_later, free_names
from nb2prod.capture.model import CaptureRequest, InferenceRequest, Moment, RawRequest, ShownValue
from nb2prod.errors import Problem, UnusableInput
from nb2prod.notebook.as_run import as_run
from nb2prod.notebook.called import called_name
from nb2prod.plan.request import Request

READING = ("read", "load", "genfromtxt")
"""How the names of functions begin that read a table and do nothing else, so that it can be read again."""
AFRESH = "run the notebook afresh"


@dataclass(frozen=True)
class Asked:
    """What to ask, and what could not be asked for."""

    request: CaptureRequest
    gone: tuple[str, ...] = ()
    """Names whose values are not those that they had."""
    no_raw_rows: str = ""
    """Why raw rows cannot be taken, where a run would have had them."""
    notes: tuple[str, ...] = ()


def at_the_end(request: Request, asked: CaptureRequest) -> Asked:
    """Return the part of ``asked`` that a kernel can answer which has run the notebook to its end.

    Raises ``UnusableInput`` where what the inference section works with is no longer as it was there.
    """
    return _Looking(request).part_of(asked)


class _Looking:
    """Looks through what is asked for by what the notebook's text does to it later."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.flow = request.flow

    def part_of(self, asked: CaptureRequest) -> Asked:
        inference = asked.inference
        assert inference is not None, "an export asks for answers"
        raw, why = self.raw_part(asked.raw)
        metrics = tuple(name for name in asked.metrics if self.metric_lasts(name))
        measured = tuple(moment for moment in asked.measured if self.changed(moment) is None)
        shown = tuple(value for value in asked.shown if self.shown_lasts(value))
        kept = {*metrics, *(m.name for m in measured), *(v.name for v in shown)}
        made = {name for index in self.request.evaluating for name in self.flow.statements[index].facts.definitions}
        wanted = [*(name for name in asked.metrics if name in made), *(v.name for v in asked.shown if self.is_seen(v))]
        lost = [name for name in dict.fromkeys(wanted) if name not in kept]
        notes = (_not_measured(lost),) if lost else ()
        part = replace(
            asked, inference=self.inference_part(inference), metrics=metrics, measured=measured, shown=shown, raw=raw
        )
        last = self.last_statement(inference.after_cell)
        overwritten = changed_later(self.flow, last, [inference.output], after=True)
        return Asked(part, (inference.output,) if overwritten else (), why, notes)

    def last_statement(self, cell: int) -> int:
        return max(s.index for s in self.flow.statements if s.cell <= cell)

    def inference_part(self, inference: InferenceRequest) -> InferenceRequest:
        """Return what is asked, with the moments that can still be had. Raises ``UnusableInput``."""
        names = dict.fromkeys([*inference.artifacts, *free_names(f"{inference.setup}\n{inference.body}")])
        last = self.last_statement(inference.after_cell)
        changed = [changed_later(self.flow, last, [name], after=True) for name in names]
        problems = [self.told(each) for each in dict.fromkeys(each for each in changed if each is not None)]
        moments = tuple(found for moment in inference.moments if (found := self.as_it_was(moment)) is not None)
        there = {moment.name for moment in moments}
        for name, moment_name in inference.before.items():
            if moment_name not in there:
                what = f"the inference section changes `{name}`, and what it was before is not there any more"
                problems.append(Problem(what, self.request.notebook.cells[inference.after_cell].label, AFRESH))
        if problems:
            raise UnusableInput(problems)
        return replace(inference, moments=moments)

    def raw_part(self, raw: RawRequest | None) -> tuple[RawRequest | None, str]:
        """Return what is asked of raw rows, or why that cannot be had."""
        if raw is None:
            return None, ""
        found: list[Moment] = []
        for moment in raw.moments:
            lasting = self.as_it_was(moment)
            if lasting is not None:
                found.append(lasting)
            elif moment.name not in raw.others:
                changed = self.changed(moment)
                by = f": {self.place(changed)} changes `{changed.name}`" if changed else ""
                return None, f"the running kernel has `{moment.expression}` no longer as it was there{by}; {AFRESH}"
        there = {moment.name for moment in found}
        return replace(raw, moments=tuple(found), others=tuple(name for name in raw.others if name in there)), ""

    def as_it_was(self, moment: Moment) -> Moment | None:
        """Return the moment as it can be had at the end, ``None`` where it cannot."""
        if self.changed(moment) is None:
            return moment
        again = self.reading(moment)
        return replace(moment, again=again) if again else None

    def changed(self, moment: Moment) -> Changed | None:
        """Return what has changed in a value since its moment."""
        index = self.index_of(moment)
        if index is None:
            return Changed(moment.expression, 0)
        return changed_later(self.flow, index, free_names(moment.expression), after=moment.after)

    def index_of(self, moment: Moment) -> int | None:
        """Return the statement that a moment stands beside."""
        wanted = ast.dump(ast.parse(moment.statement)), moment.earlier
        for statement in self.flow.statements:
            if statement.cell == moment.cell:
                source, earlier = as_run(self.request.notebook.cells[moment.cell], statement.node, statement.source)
                if (ast.dump(ast.parse(source)), earlier) == wanted:
                    return statement.index
        return None

    def reading(self, moment: Moment) -> str:
        """Return the statement that reads the table of a moment, where it would read the same once more."""
        index = self.index_of(moment)
        if index is None or not moment.after:
            return ""
        statement = self.flow.statements[index]
        match statement.node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call) if name == moment.expression:
                called = called_name(call)
            case _:
                return ""
        read = free_names(statement.source)
        lasts = changed_later(self.flow, index, [n for n in read if n != name], after=False) is None
        return moment.statement if called.startswith(READING) and name not in read and lasts else ""

    def metric_lasts(self, name: str) -> bool:
        """Say whether a variable still holds what evaluation made of it."""
        statements = self.flow.statements
        tagged = [i for i in self.request.evaluating if i not in self.request.graph.judging]
        made = [i for i in tagged if name in statements[i].facts.definitions | statements[i].facts.mutations]
        return bool(made) and changed_later(self.flow, max(made), [name], after=True) is None

    def shown_lasts(self, value: ShownValue) -> bool:
        """Say whether an expression still gives what it gave where it was shown."""
        here = [s.index for s in self.flow.statements if (s.cell, s.line) == (value.cell, value.line)]
        names = free_names(value.expression)
        return bool(here) and changed_later(self.flow, here[0], names, after=False) is None

    def is_seen(self, value: ShownValue) -> bool:
        """Say whether an expression is shown to people: printed, or last in its cell and no drawing."""
        own = [s for s in self.flow.statements if s.cell == value.cell]
        is_bare = value.statement.strip() == value.expression
        return not is_bare or (own[-1].line == value.line and not own[-1].facts.mutations)

    def place(self, changed: Changed) -> str:
        return self.request.graph.place(changed.statement)

    def told(self, changed: Changed) -> Problem:
        """Return the problem of a value that answering needs and that is another one now."""
        what = f"changes `{changed.name}` behind the inference section, which needs it as it was"
        return Problem(what, self.place(changed), f"{AFRESH}, or move the cell in front of the inference section")


def _not_measured(names: list[str]) -> str:
    listed = ", ".join(f"`{name}`" for name in names)
    return f"of what evaluation shows, {listed} could not be taken from the running kernel: a later cell changes it"
