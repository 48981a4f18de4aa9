"""Say what stands between notebooks and production."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from nb2prod.rules.model import Found
    from nb2prod.workflows.checking import Checked


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="NOTEBOOK|FOLDER...")
@click.option("--select", multiple=True, metavar="CODE", help="Only rules whose codes begin so; repeatable.")
@click.option("--ignore", multiple=True, metavar="CODE", help="No rules whose codes begin so; repeatable.")
@click.option("--exit-zero", is_flag=True, help="End with 0 whatever was found.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    paths: tuple[Path, ...], select: tuple[str, ...], ignore: tuple[str, ...], exit_zero: bool, as_json: bool
) -> int:
    """Say what stands between each NOTEBOOK, or those below each FOLDER, and production; nothing is run."""
    from nb2prod.cli._words import print_json
    from nb2prod.errors import ExitCode
    from nb2prod.workflows.checking import check

    checked = check(paths, _codes(select), _codes(ignore))
    if as_json:
        every = list(checked)
        count = sum(len(each.found) for each in every)
        print_json({"notebooks": [_as_dict(each) for each in every], "findings": count})
    else:
        count = _print(checked)
    return ExitCode.FINDINGS if count and not exit_zero else ExitCode.OK


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

    return {
        "path": str(checked.path),
        "findings": [finding_as_dict(found, checked.notebook) for found in checked.found],
    }
