"""Show, compare, rank, draw and export the runs that are recorded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nb2prod.cli._terminal import nearest

if TYPE_CHECKING:
    from nb2prod.ledger.ledger import Ledger

STATUSES = (
    "queued", "running", "succeeded", "failed", "timed_out", "interrupted", "kernel_died", "out_of_memory", "pruned",
    "lost",
)  # fmt: skip
SHOWN_METRICS = 3
"""Columns of metrics that a list has where nobody names one."""


class Runs(click.Group):
    """Its first command is the one that is meant where none is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put ``list`` before what names no command."""
        first = args[0] if args else ""
        if first in self.commands or first in ("-h", "--help", "-q", "--quiet"):
            return super().parse_args(ctx, args)
        if first and not first.startswith("-") and not first.endswith(".ipynb") and not Path(first).exists():
            what = f"there is no command and no notebook {first!r}.{nearest(first, self.commands)}"
            raise click.UsageError(what, ctx)
        return super().parse_args(ctx, ["list", *args])


@click.group(cls=Runs)
def command() -> None:
    """Show, compare, rank, draw and export the runs that are recorded.

    `nb2prod runs [NOTEBOOK]` lists them. A run is named by its identifier, by how that begins where it is the only one,
    or as `last`.
    """


ledger_option = click.option("--ledger", help="File, or address of a database, that the runs are recorded in.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
notebook_argument = click.argument("notebook", type=click.Path(path_type=Path), required=False)
sweep_option = click.option("--sweep", help="Only runs of this sweep.")
metric_option = click.option("--metric", help="Name of the metric; needed where there are several.")


@command.command("list")
@notebook_argument
@click.option("--status", "statuses", type=click.Choice(STATUSES), multiple=True, help="Only such runs; repeatable.")
@click.option("--tag", help="Only runs with this word.")
@sweep_option
@click.option("--metric", "metrics", multiple=True, help="A metric to have a column; repeatable.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many, the last ones.")
@ledger_option
@json_option
def list_(
    notebook: Path | None,
    statuses: tuple[str, ...],
    tag: str | None,
    sweep: str | None,
    metrics: tuple[str, ...],
    limit: int,
    ledger: str | None,
    as_json: bool,
) -> None:
    """List runs, of NOTEBOOK or all, the last one last."""
    from nb2prod.cli._json import print_json
    from nb2prod.cli._run_words import print_table
    from nb2prod.ledger.model import Status
    from nb2prod.workflows.ranking_runs import varied
    from nb2prod.workflows.runs_as_data import run_as_dict

    with _opened(notebook, ledger) as opened:
        runs = opened.runs(
            notebook=_name(notebook),
            sweep=opened.sweep(sweep).id if sweep else None,
            statuses=[Status(each) for each in statuses],
            tag=tag,
            limit=limit,
        )
    if as_json:
        print_json({"ledger": str(opened.place), "runs": [run_as_dict(run) for run in runs]})
    elif runs:
        shown = metrics or tuple(dict.fromkeys(name for run in runs for name in run.metrics))[:SHOWN_METRICS]
        print_table(runs, metrics=shown, parameters=varied(runs))
    else:
        click.echo("No such runs are recorded.", err=True)


@command.command()
@click.argument("run")
@ledger_option
@json_option
def show(run: str, ledger: str | None, as_json: bool) -> None:
    """Show all that is known of RUN."""
    from nb2prod.cli._json import print_json
    from nb2prod.cli._run_words import print_run
    from nb2prod.workflows.runs_as_data import attempt_as_dict, reported_as_list, run_as_dict

    with _opened(None, ledger) as opened:
        record = opened.run(run)
        attempts, reported = opened.attempts(record.id), opened.reported(run=record.id).get(record.id, {})
    if as_json:
        tried = [attempt_as_dict(each) for each in attempts]
        print_json({"run": run_as_dict(record), "attempts": tried, "reported": reported_as_list(reported)})
    else:
        print_run(record, attempts, reported)


@command.command()
@click.argument("one")
@click.argument("other")
@ledger_option
@json_option
def compare(one: str, other: str, ledger: str | None, as_json: bool) -> None:
    """Show what differs between the runs ONE and OTHER: parameters, metrics, versions, outputs."""
    from nb2prod.cli._json import print_json
    from nb2prod.cli._run_words import print_compared
    from nb2prod.workflows.comparing_runs import compared

    with _opened(None, ledger) as opened:
        found = compared(opened.run(one), opened.run(other))
    if as_json:
        print_json(found)
    else:
        print_compared(found)


@command.command()
@notebook_argument
@metric_option
@click.option("--minimize/--maximize", default=None, help="Whether less or more is better (default: more).")
@sweep_option
@click.option("--limit", type=click.IntRange(1), default=1, show_default=True, help="How many, the best first.")
@ledger_option
@json_option
def best(
    notebook: Path | None,
    metric: str | None,
    minimize: bool | None,
    sweep: str | None,
    limit: int,
    ledger: str | None,
    as_json: bool,
) -> None:
    """Show the best of the runs that succeeded, of NOTEBOOK or the only one, by a metric.

    Of a sweep, the metric and what is better are those that it was begun with, if any.
    """
    from nb2prod.cli._json import print_json
    from nb2prod.cli._run_words import print_run, print_table
    from nb2prod.workflows.ranking_runs import best_of, only_metric, refuse_several_notebooks, varied
    from nb2prod.workflows.runs_as_data import run_as_dict

    with _opened(notebook, ledger) as opened:
        of = opened.sweep(sweep) if sweep else None
        runs = opened.runs(notebook=_name(notebook), sweep=of.id if of else None)
    refuse_several_notebooks(runs)
    metric = metric or (of.metric if of else "") or only_metric(runs)
    if minimize is None:
        minimize = of is not None and of.direction == "minimize" and metric == of.metric
    ranked = best_of(runs, metric, minimize=minimize)[:limit]
    if as_json:
        print_json({"metric": metric, "minimize": minimize, "runs": [run_as_dict(run) for run in ranked]})
    elif limit == 1:
        print_run(ranked[0])
    else:
        print_table(ranked, metrics=[metric], parameters=varied(ranked))


@command.command()
@notebook_argument
@metric_option
@click.option("--parameter", help="Name of the parameter; needed where several have several values.")
@sweep_option
@click.option(
    "--output", type=click.Path(path_type=Path), required=True, help="The picture: a .png, .svg or .pdf file."
)
@ledger_option
@json_option
def plot(
    notebook: Path | None,
    metric: str | None,
    parameter: str | None,
    sweep: str | None,
    output: Path,
    ledger: str | None,
    as_json: bool,
) -> None:
    """Draw a metric against a parameter, of the runs that succeeded."""
    from nb2prod.cli._json import print_json
    from nb2prod.cli._visible import visible
    from nb2prod.workflows.drawing_runs import draw
    from nb2prod.workflows.ranking_runs import refuse_several_notebooks

    with _opened(notebook, ledger) as opened:
        of = opened.sweep(sweep) if sweep else None
        runs = opened.runs(notebook=_name(notebook), sweep=of.id if of else None)
    refuse_several_notebooks(runs)
    drawn = draw(runs, metric or (of.metric if of else "") or None, parameter, output)
    if as_json:
        print_json(drawn)
    else:
        what = f"{drawn['metric']} against {drawn['parameter']}, {drawn['runs']} runs: {drawn['output']}"
        click.echo(visible(what))


@command.command()
@notebook_argument
@click.option("--mlflow", required=True, metavar="URI", help="MLflow's tracking store, as sqlite:///mlflow.db.")
@click.option("--experiment", default="nb2prod", show_default=True, help="Name of the experiment there.")
@sweep_option
@ledger_option
@json_option
def export(
    notebook: Path | None, mlflow: str, experiment: str, sweep: str | None, ledger: str | None, as_json: bool
) -> None:
    """Write the runs that are over, of NOTEBOOK or all, into MLflow, each once."""
    from nb2prod.cli._json import print_json
    from nb2prod.cli._visible import visible
    from nb2prod.workflows.exporting_runs import export_to_mlflow

    with _opened(notebook, ledger) as opened:
        runs = opened.runs(notebook=_name(notebook), sweep=opened.sweep(sweep).id if sweep else None)
    found = export_to_mlflow(runs, mlflow, experiment)
    if as_json:
        print_json(found)
    else:
        left = f"{found['there']} were there already, {found['not_over']} are not over"
        click.echo(visible(f"{len(found['written'])} runs written into {experiment!r} ({left}): {found['mlflow']}"))


def _opened(notebook: Path | None, said: str | None) -> Ledger:
    """Open the ledger that is meant, and have it know which runs nobody does any more."""
    from nb2prod.ledger.ledger import Ledger
    from nb2prod.workflows.where_recorded import ledger_for, ledger_from

    place = ledger_for(notebook, said) if notebook is not None else ledger_from(Path(), said)
    opened = Ledger(place)
    try:
        opened.settle()
    except BaseException:
        opened.close()
        raise
    return opened


def _name(notebook: Path | None) -> str | None:
    return str(notebook.resolve()) if notebook is not None else None
