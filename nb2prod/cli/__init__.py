"""The command line: a group that finds its commands in this folder and imports one only when it is asked for.

Every module here whose name has no leading underscore is a command, and defines it as ``command``. What a command
returns, if it is an integer, is the exit code.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import MutableMapping, Sequence
from typing import Any

import click

from nb2prod.cli._failures import PipeClosed, exit_code_of
from nb2prod.cli._outline import summary
from nb2prod.cli._terminal import colour, nearest, quiet, terminable
from nb2prod.version import VERSION

__all__ = ["main", "quiet"]


class Commands(click.Group):
    """The commands of this folder, by name, imported late; and the one place where failures get their exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the modules of this folder, as they are typed."""
        modules = (module.name for module in pkgutil.iter_modules(__path__))
        return sorted(name.replace("_", "-") for name in modules if not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command; ``--quiet`` is understood behind its name as well as before it."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command = importlib.import_module(_module(cmd_name)).command
        assert isinstance(command, click.Command)
        if not any(parameter.name == "quiet" for parameter in command.params):
            command.params.append(_quiet_option())
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with a line each, read from their source: importing them all would take seconds."""
        rows = [(name, summary(_module(name))) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was probably meant."""
        name, known = args[0], self.list_commands(ctx)
        if name not in known and not name.startswith("-") and not ctx.resilient_parsing:
            raise click.UsageError(f"there is no command {name!r}.{nearest(name, known)}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise PipeClosed from error  # click would leave with 1, which says "findings"

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command and leave the process with the exit code of what happened."""

        def run() -> Any:
            return super(Commands, self).main(args, prog_name, complete_var, False, **extra)

        if not standalone_mode:
            return run()
        with terminable():
            raise SystemExit(exit_code_of(run, args))


def _module(command: str) -> str:
    return f"{__name__}.{command.replace('-', '_')}"


def _quiet_option() -> click.Option:
    def remember(ctx: click.Context, _: click.Parameter, value: bool) -> None:
        if value:
            ctx.find_root().params["quiet"] = True

    return click.Option(
        ["-q", "--quiet"], is_flag=True, expose_value=False, callback=remember, help="Print only the result."
    )


def _settings() -> MutableMapping[str, Any]:
    return {"help_option_names": ["-h", "--help"], "color": colour(), "max_content_width": 100}


@click.group(cls=Commands, context_settings=_settings(), no_args_is_help=True)
@click.option("-q", "--quiet", is_flag=True, expose_value=True, help="Print only the result.")
@click.version_option(VERSION, message="%(prog)s %(version)s")
def main(quiet: bool) -> None:
    """Turn a tagged notebook into a service repository that provably answers what the notebook answered."""
