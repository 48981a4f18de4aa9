"""Turn a tagged notebook into a service repository, and prove that it answers what the notebook answered."""

from __future__ import annotations

from pathlib import Path

import click

from nb2prod.cli._given import typed_option
from nb2prod.cli._seconds import Seconds
from nb2prod.cli._watching import progress_option, watching
from nb2prod.runs.parameters.typed import typed_in


@click.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@click.argument("dest", type=click.Path(path_type=Path), required=False)
@click.option("--name", help="Name of the project and its package (default: from the notebook's file name).")
@click.option(
    "-p", "--parameter", "given", nargs=2, multiple=True, metavar="NAME VALUE", help="Set a parameter; repeatable."
)
@click.option("-f", "--file", type=click.Path(path_type=Path), help="YAML file with parameters.")
@typed_option
@click.option("--kernel", help="Kernel to run the notebook in (default: the notebook's own).")
@click.option(
    "--running",
    metavar="KERNEL",
    help="Do not run the notebook: ask this kernel, which has just run it from the top; its id or connection file.",
)
@click.option("--run", metavar="ID", help="Do not run the notebook: take a run that is recorded, kept with --evidence.")
@click.option("--ledger", help="File, or address of a database, that this run is recorded in.")
@click.option("--timeout", type=Seconds(min=0, min_open=True), help="Seconds that the notebook may run.")
@click.option("--dry-run", is_flag=True, help="Run the notebook and show the plan, but write nothing.")
@click.option(
    "--verify",
    type=click.Choice(["full", "fast", "none"]),
    default="full",
    show_default=True,
    help="How much to prove before handing over.",
)
@click.option(
    "--input",
    "rows",
    type=click.Choice(["auto", "raw", "prepared"]),
    default="auto",
    show_default=True,
    help="Take raw rows, as the data has them, or rows as the notebook has prepared them.",
)
@click.option("--allow-pickle", is_flag=True, help="Save what no safe format takes with cloudpickle, which runs code.")
@click.option("--without", multiple=True, metavar="CONCERN", help="Make the service without it; repeatable.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@progress_option
def command(
    notebook: Path,
    dest: Path | None,
    name: str | None,
    given: tuple[tuple[str, str], ...],
    file: Path | None,
    typed: Path | None,
    kernel: str | None,
    running: str | None,
    run: str | None,
    ledger: str | None,
    timeout: float | None,
    dry_run: bool,
    verify: str,
    rows: str,
    allow_pickle: bool,
    without: tuple[str, ...],
    as_json: bool,
    progress: str,
) -> int:
    """Turn a tagged NOTEBOOK into a service repository in DEST, and prove that it answers what the notebook answered.

    The notebook is run once, from top to bottom, in its own kernel and folder; or, with --running or --run, not at all.
    """
    from nb2prod.cli._json import print_json
    from nb2prod.cli._words import print_exported
    from nb2prod.errors import ExitCode
    from nb2prod.workflows.as_data import exported_as_dict
    from nb2prod.workflows.export import export
    from nb2prod.workflows.given import given_parameters
    from nb2prod.workflows.model import ExportOptions

    options = ExportOptions(
        notebook=notebook,
        target=dest,
        name=name,
        parameters=given_parameters(notebook, (*typed_in(typed), *given), file) if given or typed or file else {},
        kernel=kernel,
        running=running,
        run=run,
        ledger=ledger,
        timeout=timeout,
        verify=verify,  # type: ignore[arg-type]
        dry_run=dry_run,
        allow_pickle=allow_pickle,
        input=rows,  # type: ignore[arg-type]
        without=without,
    )
    with watching(progress) as watch:
        result = export(options, watch)
    if as_json:
        print_json(exported_as_dict(result))
    else:
        print_exported(result)
    failed = result.proof is not None and not result.proof.ok
    return ExitCode.FINDINGS if failed or result.conflicts else ExitCode.OK
