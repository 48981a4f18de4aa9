"""Suggested sections as people read them."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nb2prod.cli._terminal import SECTION_STYLES
from nb2prod.cli._visible import visible
from nb2prod.workflows.shown import parameter_shown, secrets_of, shown
from nb2prod.workflows.suggesting import Suggested

if TYPE_CHECKING:
    from rich.console import Console

MOST_SHOWN = 8


def print_suggested(found: Suggested, console: Console, chosen: str | None) -> None:
    """Print the table, then the model, the others, parameters, the built cell and what to type next."""
    from rich.table import Table
    from rich.text import Text

    suggestion, secrets = found.suggestion, secrets_of(found.notebook)
    table = Table(box=None, pad_edge=False, header_style="bold", collapse_padding=True)
    for heading, ratio in (("cell", None), ("section", None), ("sure", None), ("why", 1)):
        table.add_column(heading, ratio=ratio, overflow="fold", justify="right" if heading == "sure" else "left")
    for cell in suggestion.cells:
        section = cell.section or "-"
        table.add_row(
            Text(f"[{cell.index + 1}]"),
            Text(section, style=SECTION_STYLES.get(section, "dim")),
            Text(f"{cell.confidence:.0%}" if cell.section else "", style="dim"),
            Text(visible(shown(cell.reason, secrets)), style="" if cell.section else "dim"),
        )
    console.print(table)
    console.print()
    warned = [f"Warning: {warning}." for warning in suggestion.warnings]
    about = [*_about_model(found), *_about_parameters(found, secrets), *_about_inference(found), *warned]
    for line in [*shown(about, secrets), *_next(found, chosen)]:
        console.print(Text(visible(line)), soft_wrap=True)


def _about_model(found: Suggested) -> list[str]:
    suggestion = found.suggestion
    if suggestion.model is None:
        return [f"Nothing to serve: {suggestion.nothing}"]
    model = suggestion.model
    lines = [f"Model to serve: `{model.name}` of cell [{model.cell + 1}]: {model.why}."]
    if suggestion.others:
        lines.append("Other models (--model NAME or NAME@CELL serves one of them):")
        listed = suggestion.others[:MOST_SHOWN]
        lines += [f"  {other.name}@{other.cell + 1}: {other.why}" for other in listed]
        if len(suggestion.others) > len(listed):
            lines.append(f"  and {len(suggestion.others) - len(listed)} more, in --json")
    return lines


def _about_parameters(found: Suggested, secrets: Sequence[str]) -> list[str]:
    parameters = found.suggestion.parameters
    if not parameters:
        return []
    lines = ["Could be parameters:"]
    for parameter in parameters:
        # before it is cut off: half of a secret is known by its whole only
        value = parameter_shown(parameter.name, parameter.value, secrets)
        value = value if len(value) <= 40 else value[:37] + "..."
        place = f"cell [{parameter.cell + 1}], line {parameter.line}"
        lines.append(f"  {parameter.name}: {parameter.type} = {value} ({place}: {parameter.why})")
    return lines


def _about_inference(found: Suggested) -> list[str]:
    inference = found.suggestion.inference
    said = [
        f"Cell [{cell.index + 1}] asks about several things; meant are `{cell.options['input']}` and the answer "
        f"`{cell.options['output']}` (metadata `nb2prod` of the cell)."
        for cell in found.suggestion.cells
        if cell.options
    ]
    if said:
        return said
    if inference is None:
        return [f"No inference section: {found.suggestion.missing}"] if found.suggestion.missing else []
    place = "at the end" if inference.after is None else f"behind cell [{inference.after + 1}]"
    verb = "Added" if found.written else "To be added"
    heading = f"{verb} {place}, tagged `inference`: {inference.why}."
    return [heading, *(f"    {line}" for line in inference.source.splitlines())]


def _next(found: Suggested, chosen: str | None) -> list[str]:
    suggestion = found.suggestion
    path = shlex.quote(str(found.notebook.path))
    if suggestion.model is None:
        return []
    if found.written and (found.tags or suggestion.inference is not None):
        count = len(found.tags)
        cells = "1 cell" if count == 1 else f"{count} cells"
        return ["", f"Tagged {cells}. Next: nb2prod export {path}"]
    if not found.tags and suggestion.inference is None:
        return ["", f"Every suggested section is tagged already. Next: nb2prod export {path}"]
    model = f" --model {shlex.quote(chosen)}" if chosen else ""
    return ["", f"Nothing was written. To write the tags: nb2prod sections {path} --suggest --write{model}"]
