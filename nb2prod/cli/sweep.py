"""Run a notebook many times with other parameters, and record each run, whatever happens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from nb2prod.cli._given import name_and_value, typed_option
from nb2prod.cli._sizes import size
from nb2prod.cli._watching import progress_option
from nb2prod.runs.parameters.typed import typed_in

SEARCHES = ("random", "bayesian")
PRUNERS = ("median", "halving", "hyperband")


@click.command()
@click.argument("notebook", type=click.Path(path_type=Path), required=False)
@click.option(
    "-g", "--vary", multiple=True, metavar="NAME=VALUES", help="What to vary: lr=0.1,0.01 or depth=2..6; repeatable."
)
@click.option("-p", "--parameter", "given", nargs=2, multiple=True, metavar="NAME VALUE", help="Set one for all runs.")
@click.option("--set", "also", multiple=True, metavar="NAME=VALUE", callback=name_and_value, help="The same.")
@click.option("-f", "--file", type=click.Path(path_type=Path), help="YAML file with parameters for all runs.")
@typed_option
@click.option("--random", type=click.IntRange(min=1), metavar="N", help="Draw N runs at random instead of all.")
@click.option("--bayesian", type=click.IntRange(min=1), metavar="N", help="Have Optuna choose N runs by the metric.")
@click.option("--seed", type=int, help="Of what is drawn; one is made up, and recorded, if not given.")
@click.option("--metric", default="", help="What tells how good a run is, by its name.")
@click.option("--maximize/--minimize", default=None, help="Which way the metric is better.")
@click.option("--prune", type=click.Choice(PRUNERS), help="How Optuna stops runs early that fall behind.")
@click.option("--workers", type=click.IntRange(min=1), help="Runs at once (default: one for each processor).")
@click.option(
    "--engine", type=click.Choice(["local", "ray"]), default="local", show_default=True, help="What has the workers."
)
@click.option("--address", default="", help="Of a Ray cluster, HOST:PORT or auto; else one is started for the sweep.")
@click.option("--sharing/--no-sharing", default=True, help="Run cells that runs have in common once (default), or not.")
@click.option("--resume", metavar="ID", help="Do what is missing of a sweep; `last` names the latest.")
@click.option("--kernel", help="Kernel to run the notebook in (default: the notebook's own).")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), help="Seconds that all cells of a run may take."
)
@click.option("--cell-timeout", type=click.FloatRange(min=0, min_open=True), help="Seconds that one cell may take.")
@click.option("--memory", callback=size, metavar="SIZE", help="Memory that the kernel of a run may take, as 2GB.")
@click.option("--tag", "tags", multiple=True, help="A word to find the runs by; repeatable.")
@click.option("--evidence", is_flag=True, help="Keep what `nb2prod export --run` needs; runs share nothing.")
@click.option("--ledger", help="File, or address of a database, that the runs are recorded in.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@progress_option
def command(notebook: Path | None, resume: str | None, as_json: bool, progress: str, **asked: Any) -> int:
    """Run NOTEBOOK many times with other parameters, several at once, and record each run, whatever happens.

    Cells that the runs have in common are run once. A sweep that was ended before its time is taken up again with
    --resume ID: every run is done, and none twice.
    """
    from nb2prod.cli._sweep_progress import watching_sweep
    from nb2prod.cli._sweep_words import print_swept
    from nb2prod.workflows.sweeping.model import How
    from nb2prod.workflows.sweeping.sweep import resume as take_up
    from nb2prod.workflows.sweeping.sweep import sweep

    how = How(asked["workers"], asked["sharing"], asked["engine"], asked["address"])
    if resume is not None:
        place = _place_to_resume(notebook, asked)
        with watching_sweep(progress) as watch:
            swept = take_up(resume, place, how, watch)
    else:
        options = _options(notebook, asked)
        with watching_sweep(progress) as watch:
            swept = sweep(options, how, watch)
    return print_swept(swept, as_json=as_json)


def _place_to_resume(notebook: Path | None, asked: dict[str, Any]) -> Any:
    from nb2prod.workflows.where_recorded import ledger_for, ledger_from

    settled = ("vary", "given", "also", "file", "typed", *SEARCHES, "seed", "metric", "maximize", "kernel")
    others = [
        name
        for name in (*settled, "timeout", "cell_timeout", "memory", "tags", "prune")
        if asked[name] not in (None, "", ())
    ]
    others += ["evidence"] if asked["evidence"] else []
    if others:
        names = {"vary": "-g", "given": "-p", "also": "--set", "tags": "--tag"}
        listed = ", ".join(names.get(name, f"--{name.replace('_', '-')}") for name in others)
        raise click.UsageError(f"a sweep that is taken up again is what it was: leave {listed} out.")
    return ledger_for(notebook, asked["ledger"]) if notebook is not None else ledger_from(Path.cwd(), asked["ledger"])


def _options(notebook: Path | None, asked: dict[str, Any]) -> Any:
    from nb2prod.runs.model import Limits
    from nb2prod.sweeps.model import Direction
    from nb2prod.workflows.given import given_parameters
    from nb2prod.workflows.sweeping.model import SweepOptions

    if notebook is None:
        raise click.UsageError("name a notebook, or a sweep with --resume ID.")
    chosen = [name for name in SEARCHES if asked[name] is not None]
    if len(chosen) > 1:
        raise click.UsageError("--random and --bayesian exclude each other.")
    typed = dict(typed_in(asked["typed"]))
    vary = tuple(f"{each}={typed.pop(each)}" if each in typed else each for each in asked["vary"])
    directions = {True: Direction.MAXIMIZE, False: Direction.MINIMIZE, None: None}
    return SweepOptions(
        notebook=notebook,
        vary=vary,
        parameters=given_parameters(notebook, (*typed.items(), *asked["given"], *asked["also"]), asked["file"]),
        kernel=asked["kernel"],
        limits=Limits(asked["timeout"], asked["cell_timeout"], asked["memory"]),
        tags=asked["tags"],
        search=chosen[0] if chosen else "grid",  # type: ignore[arg-type]
        number=asked[chosen[0]] if chosen else 0,
        seed=asked["seed"],
        metric=asked["metric"],
        direction=directions[asked["maximize"]],
        prune=asked["prune"] or "",
        ledger=asked["ledger"],
        evidence=asked["evidence"],
    )
