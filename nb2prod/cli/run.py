"""Run a notebook once with parameters, and record how it went."""

from __future__ import annotations

from pathlib import Path

import click

from nb2prod.cli._given import name_and_value, typed_option
from nb2prod.cli._sizes import size
from nb2prod.cli._watching import progress_option, watching
from nb2prod.runs.parameters.typed import typed_in


@click.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option(
    "-p", "--parameter", "given", nargs=2, multiple=True, metavar="NAME VALUE", help="Set a parameter; repeatable."
)
@click.option(
    "--set", "also", multiple=True, metavar="NAME=VALUE", callback=name_and_value, help="The same; repeatable."
)
@click.option("-f", "--file", type=click.Path(path_type=Path), help="YAML file with parameters.")
@typed_option
@click.option("--kernel", help="Kernel to run the notebook in (default: the notebook's own).")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), help="Seconds that all cells may take.")
@click.option("--cell-timeout", type=click.FloatRange(min=0, min_open=True), help="Seconds that one cell may take.")
@click.option("--memory", callback=size, metavar="SIZE", help="Memory that its kernel may take, as 2GB.")
@click.option("--tag", "tags", multiple=True, help="A word to find the run by; repeatable.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="Where the executed notebook goes (default: .nb2prod/outputs/ID.ipynb beside the notebook).",
)
@click.option("--evidence", is_flag=True, help="Keep what `nb2prod export --run` needs of this run.")
@click.option("--ledger", help="File, or address of a database, that the run is recorded in.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@progress_option
def command(
    notebook: Path,
    given: tuple[tuple[str, str], ...],
    also: tuple[tuple[str, str], ...],
    file: Path | None,
    typed: Path | None,
    kernel: str | None,
    timeout: float | None,
    cell_timeout: float | None,
    memory: int | None,
    tags: tuple[str, ...],
    output: Path | None,
    evidence: bool,
    ledger: str | None,
    as_json: bool,
    progress: str,
) -> int:
    """Run NOTEBOOK once with parameters, and record how it went, whatever happens.

    The executed notebook is written after each cell; `nb2prod runs` shows what is recorded.
    """
    from nb2prod.cli._run_words import print_ran
    from nb2prod.runs.model import Limits
    from nb2prod.workflows.given import given_parameters
    from nb2prod.workflows.run import RunOptions, run

    options = RunOptions(
        notebook=notebook,
        parameters=given_parameters(notebook, (*typed_in(typed), *given, *also), file),
        kernel=kernel,
        limits=Limits(timeout, cell_timeout, memory),
        tags=tags,
        output=output,
        ledger=ledger,
        evidence=evidence,
    )
    with watching(progress) as watch:
        ran = run(options, watch)
    return print_ran(ran, as_json=as_json)
