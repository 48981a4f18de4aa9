"""What somebody wants to vary goes in; the sweep and its first runs, all checked, come out."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from nb2prod.errors import Nb2ProdError, Problem, UnusableInput, UsageError
from nb2prod.ledger.model import NewRun, NewSweep
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.read import document_of, draft_of, text_of
from nb2prod.runs.parameters.checking import as_declared
from nb2prod.runs.parameters.declaring import declared
from nb2prod.runs.parameters.model import by_name
from nb2prod.runs.parameters.scalars import as_python
from nb2prod.runs.parameters.typed import value_from
from nb2prod.sweeps.model import Choices, Direction, Row, Space
from nb2prod.sweeps.recorded import space_as_data
from nb2prod.sweeps.search import grid, random_rows
from nb2prod.sweeps.space import Read, parse_space
from nb2prod.sweeps.trials import PRUNERS, Trials
from nb2prod.sweeps.values import Fit, space_of
from nb2prod.workflows.refusing_secrets import secrets_in_file
from nb2prod.workflows.run import SEEDS, RunOptions, new_run, refuse_early
from nb2prod.workflows.sweeping.model import SweepOptions
from nb2prod.workflows.where_recorded import ledger_for

MOST_SEEDS = 2**32


@dataclass(frozen=True)
class Planned:
    """A sweep that nobody has begun."""

    notebook: Notebook
    space: Space
    sweep: NewSweep
    first: NewRun
    """One of its runs, whose parameters are to be replaced."""
    rows: Sequence[Row]


def plan(options: SweepOptions) -> Planned:
    """Return the sweep that somebody asked for, and its first runs. Nothing is recorded or run.

    Raises ``UsageError`` and ``UnusableInput`` for everything that can be told before, all of it at once.
    """
    text = text_of(options.notebook)
    document = document_of(text, options.notebook)
    notebook = replace(draft_of(document, options.notebook), document=document)
    problems: list[Problem] = []
    kinds: set[type[Nb2ProdError]] = set()
    space = Space({})
    rows: Sequence[Row] = ()
    seed = options.seed
    if seed is None and options.search != "grid":
        seed = secrets.randbelow(MOST_SEEDS)
    try:
        _refuse_options(options)
    except Nb2ProdError as error:
        problems += error.problems
    try:
        if isinstance(options.vary, Mapping):
            space, wrong = space_of(options.vary, fitter(notebook), options.parameters)
            problems += wrong
        else:
            space = parse_space(options.vary, reader(notebook), options.parameters)
        rows = first_rows(space, options, seed or 0)
    except Nb2ProdError as error:
        problems += error.problems
    try:
        if ledger_for(options.notebook, options.ledger).url is not None:  # it keeps the notebook, to resume the sweep
            problems += secrets_in_file(notebook, document, "and the ledger's server would have it with the notebook")
    except Nb2ProdError as error:
        problems += error.problems
    asked = RunOptions(
        options.notebook,
        options.parameters,
        options.kernel,
        options.limits,
        options.tags,
        ledger=options.ledger,
        evidence=options.evidence,
    )
    for values in tried(space):
        try:
            refuse_early(notebook, replace(asked, parameters={**options.parameters, **values}))
        except Nb2ProdError as error:
            kinds.add(type(error))
            problems += [each for each in error.problems if each not in problems]
    if problems:
        raise (UnusableInput if kinds == {UnusableInput} else UsageError)(problems)
    first = new_run(notebook, text, replace(asked, parameters={**options.parameters, **(rows[0] if rows else {})}))
    return Planned(notebook, space, _new_sweep(options, space, first, text, seed), first, rows)


def runs_of(planned: NewRun, fixed: Mapping[str, Any], rows: Iterable[Row]) -> list[NewRun]:
    """Return the runs with the values of some rows."""
    found = []
    for row in rows:
        parameters = {**planned.parameters, **row}
        seeds = [parameters[name] for name in SEEDS if type(parameters.get(name)) is int]
        given = tuple(dict.fromkeys([*fixed, *row]))
        found.append(replace(planned, parameters=parameters, given=given, seed=seeds[0] if seeds else None))
    return found


def first_rows(space: Space, options: SweepOptions, seed: int) -> Sequence[Row]:
    """Return the rows that are known before anything has run."""
    if options.search == "grid":
        return grid(space)
    return random_rows(space, options.number, seed) if options.search == "random" else ()


def reader(notebook: Notebook) -> Read:
    """Return what reads a text as the value of one of the notebook's parameters."""
    known = by_name(declared(notebook))
    return lambda name, text: value_from(text, known.get(name))


def fitter(notebook: Notebook) -> Fit:
    """Return what makes a value of Python's one of the notebook's parameters."""
    known = by_name(declared(notebook))
    return lambda name, value: as_declared(as_python(value), known.get(name))


def tried(space: Space) -> Iterable[dict[str, Any]]:
    """Yield values of all names, so that each value that there is, or each end of a range, is among them once."""
    lists = {
        name: domain.values if isinstance(domain, Choices) else (domain.low, domain.high)
        for name, domain in space.domains.items()
    }
    for place in range(max(map(len, lists.values()), default=1)):
        yield {name: values[min(place, len(values) - 1)] for name, values in lists.items()}


def _refuse_options(options: SweepOptions) -> None:
    problems = []
    if options.search != "grid" and options.number < 1:
        problems.append(Problem("how many runs to draw is not said", f"--{options.search}", "give a number above 0"))
    if options.search == "bayesian" and not options.metric:
        remedy = "name one that the notebook measures, with --maximize or --minimize"
        problems.append(Problem("a search that learns needs a metric", "--metric", remedy))
    if options.prune and options.prune not in PRUNERS:
        problems.append(Problem("there is no such way", f"--prune {options.prune}", f"there are {', '.join(PRUNERS)}"))
    elif options.prune and not options.metric:
        remedy = "name the one that nb2prod.report(step, value) tells, with --maximize or --minimize"
        problems.append(Problem("what stops runs early needs a metric", "--metric", remedy))
    if options.search == "bayesian" or options.prune:
        try:
            Trials(Space({}), Direction.MINIMIZE, 0, chosen=options.search == "bayesian")
        except UsageError as error:
            problems += error.problems
    if options.metric and options.direction is None:
        remedy = "say --maximize or --minimize"
        problems.append(Problem("which way the metric is better is not said", f"--metric {options.metric}", remedy))
    if problems:
        raise UsageError(problems)


def _new_sweep(options: SweepOptions, space: Space, first: NewRun, text: str, seed: int | None) -> NewSweep:
    return NewSweep(
        notebook=first.notebook,
        sha256=first.sha256,
        content=text,
        space=space_as_data(space),
        search=options.search,
        seed=seed,
        metric=options.metric,
        direction=options.direction.value if options.direction else "",
        options={
            "parameters": dict(options.parameters),
            "kernel": options.kernel,
            "limits": asdict(options.limits),
            "tags": list(options.tags),
            "number": options.number,
            "evidence": options.evidence,
            "prune": options.prune,
        },
    )
