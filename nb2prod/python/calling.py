"""``nb2prod.run``, ``sweep``, ``resume`` and ``recorded``: a notebook and Python's values go in, records come out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, get_args

from nb2prod.errors import Nb2ProdError, Problem, UsageError
from nb2prod.inline.shell import kernel_shell
from nb2prod.ledger.ledger import Ledger
from nb2prod.ledger.model import Status
from nb2prod.ledger.places import Place
from nb2prod.ledger.untold import tell_again
from nb2prod.python.arguments import PathLike, count_of, limits_of, parameters_of, path_of, tags_of
from nb2prod.python.results import RecordedRun, RecordedRuns, RecordedSweep
from nb2prod.python.watching import watching_run, watching_sweep
from nb2prod.python.wording import reword, words_of_python
from nb2prod.runs.model import Limits
from nb2prod.sweeps.model import Direction
from nb2prod.workflows.run import Ran, RunOptions, refuse
from nb2prod.workflows.run import run as run_once
from nb2prod.workflows.sweeping.model import Engine, How, Prune, Search, SweepOptions, Swept
from nb2prod.workflows.sweeping.planning import plan
from nb2prod.workflows.sweeping.sweep import resume as take_up
from nb2prod.workflows.sweeping.sweep import sweep as carry_out
from nb2prod.workflows.where_recorded import ledger_for, ledger_from

NO_LIMITS = Limits()
NOTHING_TO_VARY = ("vary", "there is nothing to vary")
"""What is said again of values that are none."""


def run(
    notebook: PathLike,
    parameters: Mapping[str, Any] | None = None,
    *,
    kernel: str | None = None,
    timeout: float | None = None,
    cell_timeout: float | None = None,
    memory: int | None = None,
    tags: str | Iterable[str] = (),
    output: PathLike | None = None,
    ledger: str | None = None,
    evidence: bool = False,
    progress: bool = True,
    check: bool = True,
) -> RecordedRun:
    """Run a notebook once with parameters, record how it went, and return the record.

    ``parameters`` are Python's own values by name, checked by the types that the parameters cell declares; ``timeout``
    and ``cell_timeout`` are seconds, ``memory`` is bytes. The executed notebook goes to ``output``, else to
    ``.nb2prod/outputs`` beside the notebook. With ``evidence`` the run keeps what ``nb2prod export --run`` needs. With
    ``progress`` a notebook or a terminal shows how it goes on.

    Raises ``Nb2ProdError``, with all problems, where it cannot be begun, and, unless ``check`` is false, where it
    fails; the record is made either way. What interrupts it is raised again.
    """
    problems: list[Problem] = []
    values = _unless(problems, lambda: parameters_of(parameters, "parameters"), {})
    limits = _unless(problems, lambda: limits_of(timeout, cell_timeout, memory), NO_LIMITS)
    path = path_of(notebook)
    where = path_of(output) if output else None
    options = RunOptions(path, values, kernel, limits, tags_of(tags), where, ledger, evidence)
    if problems:
        _refuse(problems, lambda: refuse(options))
    with words_of_python(), watching_run(path.name, progress) as (watch, ended):
        ran = run_once(options, watch)
        ended(ran)
    if ran.error is not None and (check or not isinstance(ran.error, Nb2ProdError)):
        _raise(ran)
    return RecordedRun(ran.record)


def sweep(
    notebook: PathLike,
    vary: Mapping[str, Any],
    parameters: Mapping[str, Any] | None = None,
    *,
    random: int | None = None,
    bayesian: int | None = None,
    seed: int | None = None,
    metric: str | None = None,
    maximize: bool | None = None,
    prune: Prune = "",
    workers: int | None = None,
    sharing: bool = True,
    engine: Engine = "local",
    address: str = "",
    kernel: str | None = None,
    timeout: float | None = None,
    cell_timeout: float | None = None,
    memory: int | None = None,
    tags: str | Iterable[str] = (),
    ledger: str | None = None,
    evidence: bool = False,
    progress: bool = True,
) -> RecordedSweep:
    """Run a notebook many times, several at once, and return the records; a run that fails does not stop the others.

    ``vary`` has the values of each name: a list, a tuple, a range, an array, or :func:`nb2prod.between`. All
    combinations are run, or with ``random`` so many of them at random, or with ``bayesian`` so many that Optuna chooses
    by ``metric``. With ``prune`` Optuna stops runs early that fall behind by what they :func:`nb2prod.report`, by its
    ``median``, ``halving`` or ``hyperband`` pruner. ``parameters`` are the same for all runs. ``timeout``,
    ``cell_timeout`` (seconds) and ``memory`` (bytes) are of each run. Cells that runs have in common are run once,
    unless ``sharing`` is false, or each run keeps what ``nb2prod export --run`` needs (``evidence``). With
    ``engine="ray"`` the workers are those of a Ray cluster, at ``address`` or started here.

    In a notebook a view shows how it goes on, and a picture what came of it. Raises ``Nb2ProdError``, with all
    problems, where it cannot be begun. What interrupts it is raised again; :func:`resume` does what is missing then.
    """
    problems: list[Problem] = []
    search, number = _unless(problems, lambda: _search(random, bayesian), ("grid", 0))
    limits = _unless(problems, lambda: limits_of(timeout, cell_timeout, memory), NO_LIMITS)
    fixed = _unless(problems, lambda: parameters_of(parameters, "parameters"), {})
    varied = _unless(problems, lambda: parameters_of(vary, "vary"), {})
    how = How(_unless(problems, lambda: count_of(workers, "workers"), None), sharing, engine, address)
    _unless(problems, lambda: _refuse_engine(engine), None)
    if maximize is not None and not metric:
        problems.append(Problem("what is to be best is not said", "metric", "name what the notebook measures"))
    path = path_of(notebook)
    options = SweepOptions(
        notebook=path,
        vary=varied,
        parameters=fixed,
        kernel=kernel,
        limits=limits,
        tags=tags_of(tags),
        search=search,
        number=number,
        seed=seed,
        metric=metric or "",
        direction=_direction(maximize),
        prune=prune,
        ledger=ledger,
        evidence=evidence,
    )
    if problems:
        _refuse(problems, lambda: plan(options))
    return _shown(path, options.metric, progress, lambda watch: carry_out(options, how, watch))


def resume(
    sweep: str = "last",
    notebook: PathLike | None = None,
    *,
    workers: int | None = None,
    sharing: bool = True,
    engine: Engine = "local",
    address: str = "",
    ledger: str | None = None,
    progress: bool = True,
) -> RecordedSweep:
    """Do what is missing of a sweep, whatever ended it before its time, and return all of its records.

    The ledger is the notebook's, else the one of this folder or the nearest above. Raises ``UsageError`` where there
    is no such sweep.
    """
    with words_of_python():
        _refuse_engine(engine)
        how = How(count_of(workers, "workers"), sharing, engine, address)
        place = _place(notebook, ledger)
        with Ledger(place) as opened:
            record = opened.sweep(sweep)
    return _shown(Path(record.notebook), record.metric, progress, lambda watch: take_up(record.id, place, how, watch))


def recorded(
    notebook: PathLike | None = None,
    *,
    sweep: str | None = None,
    status: str | Iterable[str] = (),
    tag: str | None = None,
    limit: int | None = None,
    ledger: str | None = None,
) -> RecordedRuns:
    """Return what is recorded of a notebook's runs, or of all in the ledger of this folder; the latest last.

    ``sweep`` is an identifier, how one begins, or ``"last"``; ``limit`` takes the last so many. Raises ``UsageError``
    and ``LedgerUnusable``.
    """
    with words_of_python():
        statuses = _statuses([status] if isinstance(status, str) else status)
        name = str(path_of(notebook).resolve()) if notebook is not None else None
        with Ledger(_place(notebook, ledger)) as opened:
            tell_again(opened)
            record = opened.sweep(sweep) if sweep is not None else None
            within = record.id if record is not None else None
            runs = opened.runs(notebook=name, sweep=within, statuses=statuses, tag=tag, limit=count_of(limit, "limit"))
        return RecordedSweep(record, runs) if record is not None else RecordedRuns(runs)


def _shown(notebook: Path, metric: str, progress: bool, work: Callable[[Any], Swept]) -> RecordedSweep:
    """Have a sweep done in view of whoever asked for it."""
    with words_of_python(), watching_sweep(notebook.name, metric, progress) as (watch, ended):
        swept = work(watch)
        ended(swept)
    found = RecordedSweep(swept.sweep, swept.runs, swept.notes)
    if progress and kernel_shell() is not None:
        _show_plot(found)
    if swept.error is not None:
        swept.error.add_note(f"nb2prod.resume({found.id!r}) does what is missing of the sweep")
        raise swept.error
    return found


def _show_plot(found: RecordedSweep) -> None:
    """Show the picture, where it is clear what to draw."""
    from nb2prod.inline.going_view import show_plot

    with suppress(Nb2ProdError):
        plot = found.plot()
        show_plot(*plot._repr_mimebundle_())


def _raise(ran: Ran) -> None:
    """Raise what ended a run, without secrets, and with where its record is."""
    error = ran.error
    assert error is not None
    if isinstance(error, Nb2ProdError):
        reword(error, ran.problems)
    error.add_note(f"recorded as run {ran.record.id}; what ran is in {ran.record.output}")
    raise error


def _refuse(problems: list[Problem], check: Callable[[], Any]) -> NoReturn:
    """Raise for these problems, and for those that a check finds beside them."""
    with words_of_python():
        try:
            check()
        except Nb2ProdError as error:
            problems += [each for each in error.problems if (each.where, each.what) != NOTHING_TO_VARY]
        raise UsageError(problems)


def _unless(problems: list[Problem], check: Callable[[], Any], otherwise: Any) -> Any:
    """Return what a check returns, or take in the problems that it finds."""
    try:
        return check()
    except UsageError as error:
        problems += error.problems
        return otherwise


def _search(random: int | None, bayesian: int | None) -> tuple[Search, int]:
    if random is not None and bayesian is not None:
        raise UsageError(Problem("random and bayesian exclude each other", "random, bayesian", "leave one of them out"))
    if random is not None:
        return "random", count_of(random, "random") or 0
    return ("bayesian", count_of(bayesian, "bayesian") or 0) if bayesian is not None else ("grid", 0)


def _refuse_engine(engine: str) -> None:
    known = get_args(Engine)
    if engine not in known:
        raise UsageError(Problem("there is no such engine", f"engine={engine!r}", f"there are {', '.join(known)}"))


def _direction(maximize: bool | None) -> Direction | None:
    return None if maximize is None else Direction.MAXIMIZE if maximize else Direction.MINIMIZE


def _place(notebook: PathLike | None, ledger: str | None) -> Place:
    return ledger_for(path_of(notebook), ledger) if notebook is not None else ledger_from(Path.cwd(), ledger)


def _statuses(said: Iterable[str]) -> list[Status]:
    known = {each.value: each for each in Status}
    given = list(said)
    wrong = [each for each in given if each not in known]
    if wrong:
        remedy = f"there are {', '.join(known)}"
        raise UsageError(Problem("there is no such status", f"status={each!r}", remedy) for each in wrong)
    return [known[each] for each in given]
