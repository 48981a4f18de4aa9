"""Score a notebook or an exported repository by the ML Test Score."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from nb2prod.cli._visible import visible


@click.command()
@click.argument("path", type=click.Path(path_type=Path), metavar="NOTEBOOK|REPOSITORY")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(path: Path, as_json: bool) -> int:
    """Score NOTEBOOK, or an exported REPOSITORY, by the ML Test Score of Breck et al.; nothing is run.

    Of a notebook it says what is established now, and what an export is expected to establish.
    """
    from nb2prod.cli._json import print_json
    from nb2prod.errors import ExitCode
    from nb2prod.workflows.scoring import score

    found = score(path)
    if as_json:
        print_json(found)
    else:
        _print(found)
    for problem in found["problems"]:
        where = f"{problem['where']}: " if problem["where"] else ""
        sys.stderr.write(visible(f"{where}{problem['what']}\n    -> {problem['remedy']}\n"))
    return ExitCode.FINDINGS if found["problems"] else ExitCode.OK


def _print(found: dict[str, Any]) -> None:
    expected = found.get("if_exported")
    shown = expected or found["now"]
    for section, points in shown["sections"].items():
        now = found["now"]["sections"][section]
        sys.stdout.write(f"{section}: {_of_seven(now, points if expected else None)}\n")
        for test in shown["tests"]:
            if test["section"] == section:
                sys.stdout.write(visible(_lines(test)))
        sys.stdout.write("\n")
    now = found["now"]
    sys.stdout.write(f"ML Test Score: {now['score']:g}, the least of the four. {now['says']}\n")
    sys.stdout.write("What somebody does by hand counts half: see `nb2prod.attestations` in docs/cli.md.\n")
    if expected:
        sys.stdout.write(
            f"Exported, as far as can be told: {expected['score']:g}. {expected['says']}\n"
            "The states above are those that an export is expected to have; it runs everything, and then knows.\n"
            f"{_by_its_data(expected)}"
        )


def _by_its_data(expected: dict[str, Any]) -> str:
    """Return that an export may establish more than is expected, where it is only the data that can tell."""
    from nb2prod.score.notebooks import MAY_HOLD

    tests = [test["id"] for test in expected["tests"] if test["state"] == "missing" and MAY_HOLD in test["why"]]
    return f"It may be more: whether {' and '.join(tests)} can be established is told by the data.\n" if tests else ""


def _of_seven(now: float, expected: float | None) -> str:
    return f"{now:g} of 7" + ("" if expected is None else f" now, probably {expected:g} if it is exported")


def _lines(test: dict[str, Any]) -> str:
    lines = f"  {test['id']}  {test['state']:9}  {test['title']}\n      {test['why']}\n"
    return lines + (f"      -> {test['to_raise']}\n" if test["to_raise"] else "")
