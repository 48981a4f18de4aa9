"""Whatever a command ends with in, words on stderr and an exit code out."""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from typing import Any

import click

from nb2prod.cli._terminal import colour
from nb2prod.cli._visible import json_text, visible
from nb2prod.errors import ExitCode, Nb2ProdError, Problem

SCHEMA_VERSION = 1
PIPE_CLOSED = 141
"""What a shell reports of a program that SIGPIPE ended."""

REPORT = "this is a bug of nb2prod: please report it with the command you typed; NB2PROD_DEBUG=1 shows the traceback"


class PipeClosed(Exception):
    """Nobody reads our output any more."""


def exit_code_of(run: Callable[[], Any], args: Sequence[str] | None) -> int:
    """Run ``run`` and return the exit code of how it ended, with everything said that there is to say."""
    as_json = "--json" in (sys.argv[1:] if args is None else args)
    try:
        result = run()
        sys.stdout.flush()
    except Nb2ProdError as error:
        return refuse(error.problems, error.exit_code, as_json)
    except click.UsageError as error:
        return _misused(error, as_json)
    except click.ClickException as error:
        return refuse((Problem(error.format_message()),), ExitCode.USAGE, as_json)
    except (KeyboardInterrupt, click.Abort):
        _forget_the_interrupt()
        _ignore_another()
        return ExitCode.INTERRUPTED
    except (PipeClosed, BrokenPipeError):
        return _pipe_closed()
    except Exception as error:
        return _bug(error, as_json)
    return result if isinstance(result, int) else ExitCode.OK


def refuse(problems: Sequence[Problem], code: ExitCode, as_json: bool) -> int:
    problems = [_without_secrets(problem) for problem in problems]
    heading = click.style("error", fg="red", bold=True)
    count = f": {len(problems)} problems" if len(problems) > 1 else ""
    lines = [f"{heading}{count or ': ' + visible(str(problems[0]))}"] if problems else [heading]
    if count:
        lines += [f"{number}. {visible(str(problem))}" for number, problem in enumerate(problems, 1)]
    try:
        click.echo("\n".join(lines), err=True, color=colour())
        if as_json:
            error = {"exit_code": int(code), "problems": [problem.as_dict() for problem in problems]}
            click.echo(json_text({"schema_version": SCHEMA_VERSION, "error": error}, indent=2))
    except BrokenPipeError:
        _pipe_closed()
    return code


def _without_secrets(problem: Problem) -> Problem:
    """Return a problem that shows none, even where it shows a piece of the notebook that has one."""
    from nb2prod.workflows.shown import problem_shown  # late: a command that succeeds does not pay for it

    return problem_shown(problem)


def _misused(error: click.UsageError, as_json: bool) -> int:
    remedy = f"{error.ctx.command_path} --help" if error.ctx else ""
    if error.ctx and not as_json:
        click.echo(error.ctx.get_usage(), err=True)
    return refuse((Problem(error.format_message(), remedy=remedy),), ExitCode.USAGE, as_json)


def _bug(error: Exception, as_json: bool) -> int:
    if os.environ.get("NB2PROD_DEBUG"):
        traceback.print_exception(error)
    what = f"{type(error).__name__}: {error}".rstrip(": ")
    return refuse((Problem(what, remedy=REPORT),), ExitCode.BUG, as_json)


def _forget_the_interrupt() -> None:
    """Keep ``python -m`` from ending itself by SIGINT, whatever the exit code, after it has been dealt with.

    CPython (``Modules/main.c``) does so when the interrupt once came out of code run from a string, as in the making
    of a dataclass while it imports, even if it was caught; running any other string forgets it.
    """
    exec("")


def _ignore_another() -> None:
    """Let a second Ctrl-C, which comes when all is cleaned up, not take the exit code away."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _pipe_closed() -> int:
    # The interpreter flushes once more on its way out, and would complain then.
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), sys.__stdout__.fileno() if sys.__stdout__ else 1)
    return PIPE_CLOSED
