"""Parameters as they are typed behind `--set`, to names and values."""

from __future__ import annotations

from pathlib import Path

import click


def name_and_value(_: click.Context, option: click.Parameter, said: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the names and values of `--set NAME=VALUE`: an option's callback. Raises ``BadParameter``."""
    for each in said:
        if "=" not in each:
            raise click.BadParameter(f"{each!r} has no `=`: write NAME=VALUE", param=option)
    return tuple((name.strip(), value) for name, _, value in (each.partition("=") for each in said))


typed_option = click.option(
    "--typed",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="JSON object with what would be typed behind -p; - is standard input.",
)
"""For commands that are told parameters by another program: the file for ``typed_in``."""
