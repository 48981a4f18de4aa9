"""Show the cells of a notebook and their sections, or suggest them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nb2prod.cli._terminal import SECTION_STYLES, colour
from nb2prod.cli._visible import json_text, visible
from nb2prod.errors import Problem, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from nb2prod.analysis.cells import CellFacts
    from nb2prod.analysis.model import Edge


@click.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option("--suggest", "suggesting", is_flag=True, help="Suggest a section for each cell, and the model to serve.")
@click.option("--write", is_flag=True, help="With --suggest: write the tags into the notebook.")
@click.option("--model", metavar="NAME", help="With --suggest: serve this model, as NAME or NAME@CELL.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(notebook: Path, suggesting: bool, write: bool, model: str | None, as_json: bool) -> int:
    """Show the cells of NOTEBOOK, their sections, and what flows between them; or suggest sections.

    Nothing is run, and nothing is written without --write.
    """
    if suggesting:
        return _suggest(notebook, model, write, as_json)
    if write or model is not None:
        option = "--write" if write else "--model"
        raise UsageError(Problem(f"{option} is about suggested sections", remedy="give --suggest too"))
    from nb2prod.analysis.cells import describe_cells
    from nb2prod.analysis.dataflow import analyse
    from nb2prod.notebook.read import read_notebook
    from nb2prod.workflows.as_data import sections_as_dict
    from nb2prod.workflows.shown import secrets_of, shown

    read = read_notebook(notebook)
    dataflow = analyse(read)
    cells = describe_cells(read, dataflow)
    secrets = secrets_of(read)
    if as_json:
        _print_json(shown(sections_as_dict(cells, dataflow.edges), secrets))
    else:
        _print_table(cells, dataflow.edges, secrets)
    return 0


def _suggest(notebook: Path, model: str | None, write: bool, as_json: bool) -> int:
    from nb2prod.cli._suggested import print_suggested
    from nb2prod.workflows.as_data import sections_as_dict, suggested_as_dict
    from nb2prod.workflows.shown import secrets_of, shown
    from nb2prod.workflows.suggesting import suggest_sections

    found = suggest_sections(notebook, model=model, write=write)
    if as_json:
        described = suggested_as_dict(sections_as_dict(found.cells, found.dataflow.edges), found)
        _print_json(shown(described, secrets_of(found.notebook)))
    else:
        print_suggested(found, console_for_people(), model)
    return 0


def _print_json(value: dict[str, Any]) -> None:
    sys.stdout.write(json_text(value, indent=2) + "\n")


def console_for_people() -> Console:
    """Return the console that tables are printed on."""
    from rich.console import Console

    wanted = colour()
    return Console(file=sys.stdout, force_terminal=wanted, no_color=wanted is False or None, highlight=False)


def _print_table(cells: Sequence[CellFacts], edges: Sequence[Edge], secrets: Sequence[str]) -> None:
    from rich.table import Table
    from rich.text import Text

    from nb2prod.workflows.shown import shown

    table = Table(box=None, pad_edge=False, header_style="bold", collapse_padding=True)
    for heading, ratio in (("cell", None), ("section", None), ("makes", 3), ("takes", 3), ("why", 4)):
        table.add_column(heading, ratio=ratio, overflow="fold")
    for facts in cells:
        section = facts.cell.section or "-"
        table.add_row(
            Text(f"[{facts.cell.index + 1}]"),
            Text(section, style=SECTION_STYLES.get(section, "dim")),
            Text(visible(shown(_makes(facts), secrets))),
            Text(visible(shown(_takes(facts.cell.index, edges), secrets))),
            Text(visible(shown(facts.why, secrets)), style="dim"),
        )
    console_for_people().print(table)


def _makes(facts: CellFacts) -> str:
    changed = [name for name in facts.mutations if name not in facts.definitions]
    parts = [", ".join(facts.definitions), f"changes {', '.join(changed)}" if changed else ""]
    return "; ".join(part for part in parts if part)


def _takes(index: int, edges: Sequence[Edge]) -> str:
    """Return what flows into a cell: ``df, y from [2]``."""
    by_source: dict[int, list[str]] = {}
    for edge in edges:
        if edge.target == index:
            by_source.setdefault(edge.source, []).append(edge.name)
    return "; ".join(f"{', '.join(names)} from [{source + 1}]" for source, names in sorted(by_source.items()))
