"""From notebook, dataflow and evidence to a ``ProjectPlan``: the whole of planning on one screen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from nb2prod.capture.model import CaptureRequest, Evidence, InferenceRequest, Moment, ShownValue
from nb2prod.errors import Problem, UnusableInput
from nb2prod.notebook.as_run import as_run
from nb2prod.plan.artifacts import Artifacts, known_kinds, plan_artifacts
from nb2prod.plan.data_files import DataFiles, plan_files
from nb2prod.plan.decided import Decided
from nb2prod.plan.defined import defined
from nb2prod.plan.interface import Interface, interfaces
from nb2prod.plan.loop_values import left_by_loops
from nb2prod.plan.model import ProjectPlan, SectionPlan
from nb2prod.plan.partition import ORDER, Partition, Slice, inference_needs, partition
from nb2prod.plan.report import by_the_clock, came_along, left_out, measured, unmeasured
from nb2prod.plan.repository import repository_files
from nb2prod.plan.request import Request
from nb2prod.plan.requirements import as_in_kernel, asked_for, known_roots, pin
from nb2prod.plan.write.settings import parameters as notebook_parameters


def capture_request(request: Request) -> CaptureRequest:
    """Return what to bring back from the run."""
    graph, inference = request.graph, request.inference
    outside, _ = inference_needs(graph, inference)
    given = set(graph.parameters.values())
    artifacts = tuple(
        name
        for name, sources in sorted(outside.items())
        if not name.startswith("<")
        and not all(graph.is_import(s) or s in graph.lifted for s in sources)
        and not sources <= given
    )
    statements = request.flow.statements
    names = {name for s in statements for name in s.facts.definitions if not graph.is_import(s.index)}
    tagged = [statements[i] for i in request.evaluating if i not in graph.judging]
    passing = left_by_loops(tagged)
    metrics = sorted({name for s in tagged for name in s.facts.definitions | s.facts.mutations} - passing)
    before = dict(_as_asked(request))
    return CaptureRequest(
        inference=InferenceRequest(
            after_cell=inference.after_cell,
            inputs=inference.inputs,
            output=inference.output,
            setup=inference.setup,
            body=inference.run,
            row_sources=inference.row_sources,
            artifacts=artifacts,
            moments=(*(moment for moment in before.values()), *_named_values(request)),
            before={name: moment.name for name, moment in before.items()},
        ),
        metrics=tuple(name for name in metrics if not name.startswith("<")),
        shown=tuple(
            ShownValue(m.name, s.cell, s.line, s.source, m.expression, m.report)
            for m in request.shown_metrics
            for s in [statements[m.statement]]
        ),
        measured=_measured(request),
        types=tuple(sorted(n for n in names if not n.startswith("<"))),
    )


def _measured(request: Request) -> tuple[Moment, ...]:
    """Return when to look at the variables of other cells that may hold numbers of evaluation's."""
    found = sorted((index, name) for name, index in request.held_metrics.items())
    for index in sorted(request.graph.judging):
        facts = request.flow.statements[index].facts
        found += [(index, name) for name in sorted(facts.definitions | facts.mutations) if not name.startswith("<")]
    return tuple(moment(request, index, True, name, name) for index, name in found)


def moment(request: Request, index: int, after: bool, name: str, expression: str) -> Moment:
    """Return the moment beside statement ``index`` at which ``expression`` is wanted."""
    statement = request.flow.statements[index]
    source, earlier = as_run(request.notebook.cells[statement.cell], statement.node, statement.source)
    return Moment(statement.cell, source, earlier, after, name, expression)


def _named_values(request: Request) -> Iterator[Moment]:
    for value in request.notebook.named:
        yield Moment(value.cell, value.statement, value.earlier, False, value.name, value.expression)


def _as_asked(request: Request) -> Iterator[tuple[str, Moment]]:
    """Yield the inputs that the way to the answer changes, with the moment before that."""
    inference, statements = request.inference, request.flow.statements
    if inference.setup or inference.function:
        return
    for name in inference.inputs:
        changing = [i for i in inference.body if name in statements[i].facts.mutations]
        if changing:
            kept = f"{name}_as_asked"
            while kept in request.graph.definers:
                kept += "_"
            yield name, moment(request, changing[0], False, kept, name)


def make_plan(request: Request, evidence: Evidence, slice_: Slice) -> ProjectPlan:
    """Return the plan. ``requirements`` and ``constraints`` still have to be resolved: see ``complete``.

    Raises ``UnusableInput`` with all problems that stand in the way of a repository.
    """
    graph = request.graph
    metrics = sorted({name.split(".")[0] for name in evidence.metrics})
    shown = {**request.held_metrics, **{m.name: m.statement for m in request.shown_metrics}}
    modes = {name: info.mode for name, info in evidence.values.items() if info.mode}
    parts = partition(graph, request.inference, metrics, slice_, shown, modes)
    kinds = known_kinds(request.templates)
    artifacts = plan_artifacts(graph, parts, evidence, kinds, allow_pickle=request.allow_pickle)
    parts = _with_built_values(parts, artifacts)
    found = interfaces(graph, parts)
    settings = notebook_parameters(graph, request.parameters)
    values = {p.name: p.default for p in settings}
    used = sorted({i for s in parts.sections.values() for i in s} | {*parts.body, *graph.lifted})
    files, file_problems = plan_files(graph, used, evidence.files_read, values)
    problems = [*artifacts.problems, *file_problems, *_answer_problems(request, evidence)]
    if problems:
        raise UnusableInput(problems)
    decided = Decided(
        request, evidence, graph, parts, found, artifacts, settings, files, kinds, measured(request, parts)
    )
    texts, trees = repository_files(decided)
    code = [text for path, text in texts.items() if _is_notebook_code(path)]
    requirements = pin(
        (known_roots(code, evidence.distributions) | asked_for(code)) - {request.package},
        evidence.distributions,
        request.notebook.requirements,
        files.files,
    )
    if requirements.problems:
        raise UnusableInput(requirements.problems)
    wanted = (*requirements.direct, *trees.service_requirements)
    pinned = as_in_kernel((*wanted, *trees.compiling.requirements), evidence.distributions)
    return ProjectPlan(
        project=request.project,
        package=request.package,
        slice=slice_.value,
        templates=trees.templates,
        context=trees.context,
        files=texts,
        copies=files.copies(),
        left_in_place=files.left_in_place(),
        artifacts=artifacts.plans,
        sections=_sections(request, parts, found, texts),
        came_along=came_along(graph, parts, found),
        left_out=left_out(graph, parts, request.added),
        requirements=pinned,
        constraints=requirements.indirect,
        python=evidence.python["version"],
        warnings=(
            *request.warnings,
            *unmeasured(request, parts),
            *decided.measured,
            *by_the_clock(texts[f"src/{request.package}/inference.py"]),
            *trees.warnings,
            *_left_in_place(files),
        ),
        input=request.input,
        compiled_requirements=pinned[len(as_in_kernel(wanted, evidence.distributions)) :],
        not_compiled=trees.compiling.why_not,
    )


def _left_in_place(files: DataFiles) -> list[str]:
    """Return a note for each data file that is not copied."""
    return [
        f"{source} is too large to travel with the repository: training finds it as {path.removeprefix('data/')} in "
        "the folder that DATA_DIR names, and data/manifest.json has its checksum"
        for path, source in sorted(files.left_in_place().items())
    ]


OURS = ("parameters.py", "pipeline.py", "catalog.py")
"""Modules whose imports are the service's own, resolved beside the notebook's."""


def _is_notebook_code(path: str) -> bool:
    return path.endswith(".py") and not path.endswith(OURS)


def complete(
    plan: ProjectPlan,
    lock: str,
    pins: Mapping[str, str],
    dev_pins: Mapping[str, str],
    tolerance: Mapping[str, float],
) -> ProjectPlan:
    """Return the plan with its environment: ``lock`` is the text of ``requirements.txt``; ``pins`` and ``dev_pins``
    map the names of direct requirements to versions, for ``pyproject.toml``; ``tolerance`` says how far two floats may
    be apart and still be the same answer."""
    context = {
        **plan.context,
        "dependencies": [f"{name}=={version}" for name, version in sorted(pins.items())],
        "dev_dependencies": [f"{name}=={version}" for name, version in sorted(dev_pins.items())],
    }
    files = {"requirements.txt": lock, "tests/parity/tolerance.json": json.dumps(dict(tolerance), indent=1) + "\n"}
    return replace(plan, context=context, files={**plan.files, **files})


def _with_built_values(parts: Partition, artifacts: Artifacts) -> Partition:
    values = {**parts.artifacts, **artifacts.values}
    return replace(parts, artifacts=values) if artifacts.values else parts


def _answer_problems(request: Request, evidence: Evidence) -> list[Problem]:
    answers = evidence.answers
    where = request.notebook.cells[request.inference.after_cell].label
    if answers is not None and answers.requests:
        if answers.contradicted:
            remedy = (
                "give the answer a name in a line of its own, or name request and answer in the cell's metadata: "
                '"nb2prod": {"input": "sample", "output": "prediction"}; an answer that is drawn by chance cannot be '
                "compared"
            )
            return [Problem(answers.contradicted.rstrip("."), where, remedy)]
        if any(answer is not None for answer in answers.responses):
            return _path_problems(request, evidence, answers.requests[0])
        answer = f"what the inference section answers with (`{request.inference.output}`)"
        what = f"{answer} is None or not a number for every row"
        remedy = (
            "let it end in the prediction, such as `prediction = model.predict(sample)`, and not in what only draws"
        )
        return [Problem(what, where, f"{remedy} or prints")]
    why = "; ".join(evidence.problems) or "the run showed no request and no answer"
    return [Problem(f"there is nothing to compare the service with: {why}", where, "try the model on a row there")]


def _path_problems(request: Request, evidence: Evidence, example: object) -> list[Problem]:
    """Return the problem of a request that is the path of a file here: a client has the file's content."""
    values = example.values() if isinstance(example, dict) else [example]
    folder = request.notebook.path.parent.resolve()
    read = {str((folder / file.path).resolve()) for file in evidence.files_read}
    for value in values:
        if isinstance(value, str) and 0 < len(value) < 1000 and str((folder / value).resolve()) in read:
            where = request.notebook.cells[request.inference.after_cell].label
            what = f"the request is the path of a file, {value!r}, and whoever asks the service has no file there"
            remedy = (
                "read the file in a line of its own and ask about what it holds: `x = np.asarray(Image.open(path))`, "
                "then `predict(x)`"
            )
            return [Problem(what, where, remedy)]
    return []


def _definition_cells(request: Request, section: str, texts: Mapping[str, str]) -> set[int]:
    """Return the cells of a section whose functions, classes and constants stand at module level somewhere."""
    graph = request.graph
    at_top = frozenset[str]().union(*(defined(text) for path, text in texts.items() if path.endswith(".py")))
    found = set()
    for index in (*graph.lifted, *graph.freed):
        statement = request.flow.statements[index]
        if request.notebook.cells[statement.cell].section != section:
            continue
        if not at_top.isdisjoint(statement.facts.definitions):
            found.add(statement.cell)
    return found


def _sections(
    request: Request, parts: Partition, found: Mapping[str, Interface], texts: Mapping[str, str]
) -> dict[str, SectionPlan]:
    statements = request.flow.statements

    def cells(indices: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted({statements[i].cell for i in indices}))

    folder = f"src/{request.package}"
    given = request.graph.parameters
    sections = {
        "parameters": SectionPlan(cells(tuple(given.values())), (), tuple(given), f"{folder}/parameters.py"),
    }
    for section in ORDER:
        if section in found:
            interface = found[section]
            inputs = (*interface.settings, *interface.inputs)
            outputs, indices = tuple(interface.outputs), parts.sections[section]
            if section == "evaluation":
                outputs, indices = ("metrics",), (*indices, *(s for each in parts.metrics.values() for s in each))
            sections[section] = SectionPlan(cells(indices), inputs, outputs, f"{folder}/{section}.py")
    body = (*parts.body, *request.inference.body)
    if request.inference.function:
        body = (*body, *request.graph.definers.get(request.inference.function, ()))
    for section, plan in sections.items():
        sections[section] = replace(
            plan, cells=tuple(sorted({*plan.cells, *_definition_cells(request, section, texts)}))
        )
    sections["inference"] = SectionPlan(
        tuple(sorted({*cells(body), *_definition_cells(request, "inference", texts)})),
        (*request.inference.inputs, *parts.artifacts, *parts.settings),
        (request.inference.output,),
        f"{folder}/inference.py",
    )
    return sections
