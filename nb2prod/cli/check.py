"""Say what stands between notebooks and production."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nb2prod.cli._watching import progress_option, watching

if TYPE_CHECKING:
    from nb2prod.rules.model import Found
    from nb2prod.workflows.checking import Checked, Measure
    from nb2prod.workflows.model import Watch


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="NOTEBOOK|FOLDER...")
@click.option("--select", multiple=True, metavar="CODE", help="Only rules whose codes begin so; repeatable.")
@click.option("--ignore", multiple=True, metavar="CODE", help="No rules whose codes begin so; repeatable.")
@click.option("--exit-zero", is_flag=True, help="End with 0 whatever was found.")
@click.option("--run", is_flag=True, help="Run each notebook, and look at its data, its model and its answers too.")
@click.option("--running", metavar="KERNEL", help="Look at them in this kernel instead; its id or connection file.")
@click.option("-p", "--parameter", "given", nargs=2, multiple=True, metavar="NAME VALUE", help="For --run; repeatable.")
@click.option("--kernel", help="Kernel for --run (default: the notebook's own).")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), help="Seconds that a notebook may run.")
@progress_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    paths: tuple[Path, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    exit_zero: bool,
    run: bool,
    running: str | None,
    given: tuple[tuple[str, str], ...],
    kernel: str | None,
    timeout: float | None,
    progress: str,
    as_json: bool,
) -> int:
    """Say what stands between each NOTEBOOK, or those below each FOLDER, and production.

    Nothing is run unless --run says so.
    """
    from nb2prod.cli._words import print_json
    from nb2prod.errors import ExitCode
    from nb2prod.workflows.checking import check

    with watching(progress) if run or running else nullcontext() as watch:
        measure = _way(run, running, given, kernel, timeout, watch)
        checked = check(paths, _codes(select), _codes(ignore), measure)
        if as_json:
            every = list(checked)
            count = sum(len(each.found) for each in every)
            print_json({"notebooks": [_as_dict(each) for each in every], "findings": count})
        else:
            count = _print(checked)
    return ExitCode.FINDINGS if count and not exit_zero else ExitCode.OK


def _way(
    run: bool,
    running: str | None,
    given: tuple[tuple[str, str], ...],
    kernel: str | None,
    timeout: float | None,
    watch: Watch | None,
) -> Measure | None:
    """Return how objects are measured, ``None`` where they are not."""
    from nb2prod.errors import Problem, UsageError

    if not (run or running):
        if given or kernel or timeout:
            raise UsageError(Problem("is for runs", "-p, --kernel, --timeout", "say --run too"))
        return None
    if running and (run or given or kernel):
        raise UsageError(Problem("there is nothing to run", "--running", "leave out --run, -p and --kernel"))
    from nb2prod.runs.typed import parameters_from
    from nb2prod.workflows.measuring import Way

    assert watch is not None
    return Way(running, parameters_from(given, None), kernel, timeout, watch).measure


def _codes(given: Iterable[str]) -> list[str]:
    return [code.strip() for each in given for code in each.split(",") if code.strip()]


def _print(checked: Iterable[Checked]) -> int:
    """Print a line for each finding and one with what to do; return how many there are."""
    files = count = 0
    for each in checked:
        files += 1
        for found in each.found:
            count += 1
            sys.stdout.write(
                f"{each.path}{_where(found)}: {found.rule.code} {found.finding.what} [{found.rule.name}]\n"
            )
            if found.finding.remedy:
                sys.stdout.write(f"    -> {found.finding.remedy}\n")
    things = "1 finding" if count == 1 else f"{count} findings"
    sys.stderr.write(f"{things} in {files} notebook{'s' if files != 1 else ''}\n")
    return count


def _where(found: Found) -> str:
    finding = found.finding
    if finding.cell is None:
        return ""
    return f": cell [{finding.cell + 1}]" + (f", line {finding.line}" if finding.line else "")


def _as_dict(checked: Checked) -> dict[str, Any]:
    from nb2prod.workflows.checking import finding_as_dict

    found = [finding_as_dict(each, checked.notebook) for each in checked.found]
    if checked.measured is None:
        return {"path": str(checked.path), "findings": found}
    from dataclasses import asdict

    from nb2prod.workflows.measuring import runtime_checks

    checks = [asdict(each) for each in runtime_checks(checked.measured, checked.found)]
    return {"path": str(checked.path), "findings": found, "checks": checks}
