"""Raw rows or prepared ones: which of them the service takes, by what the notebook's text and its run show."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from textwrap import shorten
from typing import TypeVar

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.inference import find_inference
from nb2prod.analysis.model import Kind, SeenChanges
from nb2prod.analysis.preparation.find import find_preparation
from nb2prod.analysis.preparation.model import NotSplit, Preparation
from nb2prod.analysis.preparation.rewrite import Rewritten, rewrite
from nb2prod.analysis.preparation.sources import Place, picked_from, raw_tables, rows_of_model
from nb2prod.analysis.preparation.targets import explained_columns, unknown_columns
from nb2prod.capture.model import Answers, CaptureRequest, Evidence, Moment, RawRequest, RawRows
from nb2prod.errors import Nb2ProdError, Problem, UnusableInput
from nb2prod.plan.make import capture_request, moment
from nb2prod.plan.model import InputPlan, LearnedPlan, StepPlan
from nb2prod.plan.request import Request
from nb2prod.verify import first_failure
from nb2prod.workflows.blame import statement_in_the_way
from nb2prod.workflows.proving import Attempt
from nb2prod.workflows.working_folder import Work

Made = TypeVar("Made")
Make = Callable[[Request, Evidence, Work], Made]
"""Makes a plan, or a repository and its proof, of what was asked and what the run showed."""

MOST_OTHERS = 3
AS_PREPARED = (
    "to let clients send raw rows, prepare a row in a function or in a scikit-learn Pipeline that is fitted once"
)
ALONE = (
    "make this statement give for a row alone what it gives for all rows together, or do it in a scikit-learn Pipeline "
    "that has the model as its last step"
)


@dataclass(frozen=True)
class RawWay:
    """The notebook as it takes raw rows, to be proven by its run."""

    request: Request
    rewritten: Rewritten
    preparation: Preparation
    others: Mapping[str, Place] = field(default_factory=dict)
    """Other tables that the notebook reads, which may have the rows that the model is asked about."""


def look_for_raw_rows(request: Request, wanted: str) -> RawWay | InputPlan | None:
    """Return the way from raw rows where there is one, else why prepared rows are served; ``None`` where the request
    is no prepared table. ``wanted`` is ``auto``, ``raw`` or ``prepared``."""
    inference = request.inference
    if wanted == "prepared" or inference.how != "found" or len(inference.inputs) != 1:
        return None
    found = find_preparation(request.notebook, request.flow, inference)
    if isinstance(found, NotSplit):
        return InputPlan("prepared", inference.inputs[0], why=found.why, where=found.where, remedy=found.remedy)
    if found is None:
        return None
    table = inference.inputs[0]
    where = request.graph.place(found.statement)
    try:
        rewritten = rewrite(request.notebook, request.flow, inference, found)
        asked = _rewritten_request(request, rewritten, found)
        return RawWay(asked, rewritten, found, _other_tables(request, found))
    except (Nb2ProdError, SyntaxError, RecursionError) as error:
        why = f"the notebook, taking raw rows, is no longer understood: {error}"
        return InputPlan("prepared", table, why=why, where=where, remedy=AS_PREPARED)


def _other_tables(request: Request, preparation: Preparation) -> dict[str, Place]:
    """Return the other raw tables of the notebook, by the names under which they are kept."""
    first = Place(preparation.statement, True, preparation.raw)
    places = [place for place in raw_tables(request.flow, request.inference) if place != first][:MOST_OTHERS]
    used = {node.id for s in request.flow.statements for node in ast.walk(s.node) if isinstance(node, ast.Name)}
    names = (f"other_raw_rows_{number}" for number in itertools.count(1))
    return dict(zip((name for name in names if name not in used), places, strict=False))


def _rewritten_request(request: Request, rewritten: Rewritten, preparation: Preparation) -> Request:
    flow = rewritten.with_lines(analyse(rewritten.notebook))
    inference = find_inference(rewritten.notebook, flow)
    plan = _input_plan(request, preparation)
    ours = frozenset({rewritten.table, *(each.name for each in preparation.learned)})
    return replace(
        request,
        notebook=rewritten.notebook,
        flow=flow,
        inference=inference,
        input=plan,
        prepare=rewritten.prepare.partition("(")[0],
        prepared=preparation.prepared,
        added=ours,
    )


def _input_plan(request: Request, preparation: Preparation) -> InputPlan:
    def cell(index: int) -> int:
        return request.flow.statements[index].cell

    learned = tuple(LearnedPlan(each.name, each.what, cell(each.statement)) for each in preparation.learned)
    learned += tuple(_as_they_are(request, preparation))
    steps = tuple(StepPlan(cell(step.statement), step.how, step.what) for step in preparation.steps)
    return InputPlan("raw", preparation.raw, learned, steps)


def _as_they_are(request: Request, preparation: Preparation) -> Iterator[LearnedPlan]:
    """Yield the notebook's own variables that a row is prepared with, such as a fitted encoder."""
    flow = request.flow
    for name in sorted(set(preparation.arguments) - {each.name for each in preparation.learned}):
        sources = [flow.statements[index] for index in sorted(flow.final.get(name, ()))]
        if sources and not any(s.kind is Kind.IMPORT for s in sources):
            yield LearnedPlan(name, _what(name, sources[-1].node), sources[-1].cell)


def _what(name: str, node: ast.stmt) -> str:
    """Return what a variable holds, by the statement that made it what it is."""
    match node:
        case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
            return f"`{_short(value)}`"
    return f"`{name}` after `{_short(node)}`"


def _short(node: ast.AST) -> str:
    return shorten(ast.unparse(node), 80, placeholder=" ...").replace("`", "'")


def with_raw_rows(request: Request, way: RawWay | InputPlan | None) -> CaptureRequest:
    """Return what to bring back from the run, for raw rows as well where there is a way from them."""
    asked = with_sources(request, capture_request(request))
    if not isinstance(way, RawWay):
        return asked
    raw = capture_request(way.request)
    assert raw.inference is not None
    inference = replace(raw.inference, setup="", row_sources=(way.rewritten.table,), judged=False)
    moments = tuple(_moments(request, way))
    others, targets = tuple(way.others), unknown_columns(request.flow)
    wanted = RawRequest(moments, inference, way.rewritten.definitions, way.rewritten.prepare, others, targets)
    return replace(asked, raw=wanted, types=tuple(sorted({*asked.types, *raw.types})))


def with_sources(request: Request, asked: CaptureRequest) -> CaptureRequest:
    """Return the request for evidence with where rows may be drawn from, for a request that its section makes.

    Rows are drawn at the start of the way to the answer: from tables as they were read, or from what is proven to be
    prepared no more than the request is.
    """
    inference = request.inference
    if asked.inference is None or not (inference.setup or inference.how == "function"):
        return asked
    used = {node.id for s in request.flow.statements for node in ast.walk(s.node) if isinstance(node, ast.Name)}
    raw = _kept(request, raw_tables(request.flow, inference), "raw_rows_of", used)
    given = _kept(request, rows_of_model(request.flow, inference), "rows_of_model", used)
    names = tuple(each.name for each in raw)
    wanted = replace(
        asked.inference,
        row_sources=(*asked.inference.row_sources, *names),
        moments=(*asked.inference.moments, *raw, *given),
        raw=names,
        picked=tuple(sorted(picked_from(inference))),
        asked=tuple(each.name for each in given),
        judged=True,
    )
    return replace(asked, inference=wanted)


def _kept(request: Request, places: Iterable[Place], word: str, used: set[str]) -> list[Moment]:
    names = (f"{word}_{number}" for number in itertools.count(1) if f"{word}_{number}" not in used)
    return [
        moment(request, place.statement, place.after, name, place.expression)
        for place, name in zip(places, names, strict=False)
    ]


def _moments(request: Request, way: RawWay) -> Iterable[Moment]:
    preparation = way.preparation
    yield moment(request, preparation.statement, True, way.rewritten.table, preparation.raw)
    for learned in preparation.learned:
        yield moment(request, learned.statement, learned.after, learned.name, learned.expression)
    for name, place in way.others.items():
        yield moment(request, place.statement, place.after, name, place.expression)


def made_of_rows(
    request: Request, way: RawWay | InputPlan | None, evidence: Evidence, wanted: str, work: Work, make: Make[Made]
) -> Made:
    """Return what ``make`` makes for raw rows where these are proven, else what it makes for prepared ones.

    Raises ``UnusableInput`` where only raw rows are ``wanted`` and they cannot be served.
    """
    plan = way if isinstance(way, InputPlan) else None
    if isinstance(way, RawWay):
        made = _of_raw_rows(request, way, evidence, work, make)
        if not isinstance(made, InputPlan):
            return made
        plan = made
        work = replace(work, folder=work.folder / "prepared")
        work.folder.mkdir()
    if plan is not None and wanted == "raw":
        raise refuse(plan)
    return make(with_evidence(replace(request, input=plan), evidence), evidence, work)


def _of_raw_rows(request: Request, way: RawWay, evidence: Evidence, work: Work, make: Make[Made]) -> Made | InputPlan:
    """Return what is made for raw rows, or why prepared ones have to be served all the same."""
    raw = evidence.raw
    if raw is None or raw.answers is None:
        return _not_as_prepared(request, way, raw)
    way = _as_shown(request, way, raw)
    assert way.request.input is not None
    asked = replace(way.request, input=replace(way.request.input, unused=raw.unused))
    others = tuple(problem for problem in evidence.problems if problem not in evidence.answers_problems)
    # the copy that rows were drawn from is ours; people know the table
    answers = replace(raw.answers, drawn_from=raw.answers.drawn_from and way.preparation.raw)
    asked_for = (_asked_for_targets(request, answers),)
    evidence = replace(evidence, answers=answers, problems=(*others, *raw.problems, *filter(None, asked_for)))
    try:
        made = make(with_evidence(asked, evidence, way.rewritten), evidence, work)
    except UnusableInput as error:
        problem = error.problems[0]
        return replace(_instead(way, problem.what, problem.where), remedy=problem.remedy or AS_PREPARED)
    if isinstance(made, Attempt) and not made.proof.ok:
        return _instead(way, f"the repository that took raw rows was not proven: {first_failure(made.proof)}")
    return made


def _asked_for_targets(request: Request, answers: Answers) -> str:
    """Return what to tell where a client has to send what a model of the notebook is fitted to; empty where not."""
    fields = {field["name"] for field in answers.request_schema.get("fields", ())}
    targets = [f"`{column}`" for column in explained_columns(request.flow) if column in fields]
    if not targets:
        return ""
    return (
        f"a client has to send {' and '.join(targets)}, which a model of the notebook is fitted to: what the model is "
        "asked about depends on it; if clients cannot know it, make the columns without it"
    )


def _not_as_prepared(request: Request, way: RawWay, raw: RawRows | None) -> InputPlan:
    """Return why the run did not prepare raw rows as the notebook does, and which statement it is that did not."""
    if raw is None:
        return _instead(way, "the run did not come to it")
    found = statement_in_the_way(way.preparation, way.rewritten.definitions, raw)
    if not 0 <= found < len(request.flow.statements):
        return _instead(way, raw.why, "")
    return replace(_instead(way, raw.why, request.graph.place(found)), remedy=ALONE)


def _as_shown(request: Request, way: RawWay, raw: RawRows) -> RawWay:
    """Return the way with the table and the columns that the run has shown to be the ones."""
    preparation = way.preparation
    if raw.table:
        place = way.others[raw.table]
        preparation = replace(preparation, raw=place.expression, statement=place.statement)
    if not (raw.layout or raw.table):
        return way
    rewritten = rewrite(request.notebook, request.flow, request.inference, preparation, raw.layout, raw.filled)
    asked = _rewritten_request(request, rewritten, preparation)
    return replace(way, request=asked, rewritten=rewritten, preparation=preparation)


def with_evidence(request: Request, evidence: Evidence, rewritten: Rewritten | None = None) -> Request:
    """Analyse again, now that the run has shown which cells really draw random numbers, and what they change."""
    random_use = {run.index: frozenset(run.random_use) for run in evidence.cells if run.random_use}
    seen = random_use if evidence.cells else None  # a kernel that was only asked shows of no cell what it did
    # What the cells were changed into is not what ran: of those the run says nothing.
    ran = evidence.cells if rewritten is None else ()
    changes = {run.index: SeenChanges(frozenset(run.changed), frozenset(run.unchanged)) for run in ran}
    flow = analyse(request.notebook, seen, changes)
    flow = rewritten.with_lines(flow) if rewritten is not None else flow
    return replace(request, flow=flow, inference=find_inference(request.notebook, flow))


def _instead(way: RawWay, why: str, where: str = "") -> InputPlan:
    """Return that prepared rows are served, and why."""
    return InputPlan("prepared", way.preparation.prepared, why=why, where=where, remedy=AS_PREPARED)


def refuse(plan: InputPlan) -> UnusableInput:
    """Return the refusal of an export that was to take raw rows."""
    return UnusableInput(Problem(f"raw rows cannot be served: {plan.why}", plan.where, plan.remedy))
