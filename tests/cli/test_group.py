"""The command group: what it lists, what it imports, and how every ending becomes an exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import nb2prod.cli
from nb2prod import cli
from nb2prod.errors import NotebookRaised, Problem, UnusableInput

TWO_PROBLEMS = UnusableInput([Problem("no inference section", "churn.ipynb", "tag a cell"), Problem("no code")])


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that counts as one more folder of commands."""
    monkeypatch.setattr(nb2prod.cli, "__path__", [*nb2prod.cli.__path__, str(tmp_path)])
    handler = signal.getsignal(signal.SIGINT)
    yield tmp_path
    signal.signal(signal.SIGINT, handler)
    for name in ("probe", "two_words"):
        sys.modules.pop(f"nb2prod.cli.{name}", None)


def write(folder: Path, body: str, name: str = "probe") -> None:
    lines = textwrap.indent(textwrap.dedent(body), "    ")
    (folder / f"{name}.py").write_text(
        f'import click\n\n@click.command()\n@click.option("--json", is_flag=True)\n'
        f'def command(json):\n    """Say something.\n\n    At length."""\n{lines}\n'
    )


def test_help_lists_every_command_with_its_first_line(command: Path) -> None:
    write(command, "raise SystemExit('imported')")
    (command / "two_words.py").write_text('"""The docstring of the module."""\nraise SystemExit("imported")\n')
    text = CliRunner().invoke(cli.main, ["--help"]).output
    assert "probe" in text and "Say something." in text and "At length" not in text
    assert "two-words" in text and "The docstring of the module." in text


def test_private_modules_are_no_commands() -> None:
    assert not any(name.startswith(("_", "-")) for name in cli.main.list_commands(click.Context(cli.main)))


def test_every_real_command_loads_and_has_a_summary() -> None:
    context = click.Context(cli.main)
    for name in cli.main.list_commands(context):
        found = cli.main.get_command(context, name)
        assert found is not None and (found.help or found.short_help), name


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_is_understood_behind_a_command_too(command: Path, flag: str) -> None:
    write(command, "pass")
    assert "At length." in CliRunner().invoke(cli.main, ["probe", flag]).stdout


@pytest.mark.parametrize("args", [["-q", "probe"], ["--quiet", "probe"], ["probe", "-q"], ["probe", "--quiet"]])
def test_quiet_is_understood_before_and_behind_the_command(command: Path, args: list[str]) -> None:
    write(command, "from nb2prod.cli import quiet\nclick.echo(quiet())")
    assert CliRunner().invoke(cli.main, args).stdout == "True\n"
    assert CliRunner().invoke(cli.main, ["probe"]).stdout == "False\n"


@pytest.mark.parametrize(("body", "code"), [("return 1", 1), ("return None", 0), ("return {}", 0), ("exit(5)", 5)])
def test_what_a_command_returns_is_the_exit_code(command: Path, body: str, code: int) -> None:
    write(command, body)
    assert CliRunner().invoke(cli.main, ["probe"]).exit_code == code


def raising(command: Path, error: str, *args: str, **environment: str) -> click.testing.Result:
    write(command, f"import nb2prod.errors as errors\nraise {error}")
    return CliRunner().invoke(cli.main, ["probe", *args], env=environment)


def test_all_problems_are_said_at_once(command: Path) -> None:
    problems = "[errors.Problem('first', 'cell [2]', 'do this'), errors.Problem('second')]"
    result = raising(command, f"errors.UnusableInput({problems})")
    assert result.exit_code == UnusableInput.exit_code == 6
    assert result.stdout == ""
    assert result.stderr == "error: 2 problems\n1. cell [2]: first\n    -> do this\n2. second\n"


def test_one_problem_takes_one_line(command: Path) -> None:
    result = raising(command, "errors.NotebookRaised(errors.Problem('boom'))")
    assert (result.exit_code, result.stderr) == (NotebookRaised.exit_code, "error: boom\n")


def test_json_gets_the_problems_as_an_object(command: Path) -> None:
    result = raising(command, "errors.TimedOut(errors.Problem('too long', 'cell [2]'))", "--json")
    assert json.loads(result.stdout) == {
        "schema_version": 1,
        "error": {"exit_code": 5, "problems": [{"what": "too long", "where": "cell [2]", "remedy": ""}]},
    }
    assert "too long" in result.stderr


@pytest.mark.parametrize(
    ("colour", "code"), [({"FORCE_COLOR": "1"}, True), ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False)]
)
def test_colour_follows_the_environment(command: Path, colour: dict[str, str], code: bool) -> None:
    result = raising(command, "errors.UnusableInput(errors.Problem('no'))", **colour)
    assert ("\x1b[" in result.stderr) is code


def test_a_bug_asks_to_be_reported_and_keeps_its_traceback(command: Path) -> None:
    result = raising(command, "ZeroDivisionError('oops')")
    assert result.exit_code == 70
    assert "ZeroDivisionError: oops" in result.stderr and "report" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_bug_shows_its_traceback_on_request(command: Path) -> None:
    assert "Traceback" in raising(command, "ZeroDivisionError('oops')", NB2PROD_DEBUG="1").stderr


def test_ctrl_c_is_quiet(command: Path) -> None:
    result = raising(command, "KeyboardInterrupt")
    assert (result.exit_code, result.output.strip()) == (130, "")


def test_ctrl_c_in_generated_code_is_an_exit_code_too(tmp_path: Path) -> None:
    """The interpreter remembers such an interrupt, and under ``-m`` would end itself by the signal."""
    lines = ["import sys", "from nb2prod.cli._failures import exit_code_of"]
    lines += ["sys.exit(exit_code_of(lambda: exec('raise KeyboardInterrupt'), []))"]
    (tmp_path / "interrupted.py").write_text("\n".join(lines))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(cli.__file__).parents[2]), str(tmp_path)])}
    ended = subprocess.run([sys.executable, "-m", "interrupted"], env=environment, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (130, b"")


def test_another_ctrl_c_on_the_way_out_changes_nothing() -> None:
    code = (
        "import os, signal, sys\nfrom nb2prod.cli._failures import exit_code_of\n"
        "code = exit_code_of(lambda: signal.raise_signal(signal.SIGINT), [])\n"
        "os.kill(os.getpid(), signal.SIGINT)\nsys.exit(code)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (130, b"")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("prob", "Did you mean 'probe'?"), ("churn.ipynb", "nb2prod export churn.ipynb"), ("xyzzy", "'xyzzy'.")],
)
def test_an_unknown_command_is_answered_with_the_nearest(command: Path, typed: str, meant: str) -> None:
    write(command, "pass")
    result = CliRunner().invoke(cli.main, [typed])
    assert result.exit_code == 2 and meant in result.stderr


def test_a_wrong_option_is_a_usage_error_in_json_too(command: Path) -> None:
    write(command, "pass")
    result = CliRunner().invoke(cli.main, ["probe", "--json", "--nope"])
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["exit_code"] == 2


def process(folder: Path, *args: str) -> subprocess.Popen[str]:
    start = f"import nb2prod.cli as c; c.__path__.append({str(folder)!r}); c.main({[*args]!r})"
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", start], stdout=pipe, stderr=pipe, text=True, env={**os.environ})


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_signals_end_tidily(tmp_path: Path, sent: signal.Signals, code: int) -> None:
    write(
        tmp_path,
        """
        import time
        try:
            click.echo("ready")
            time.sleep(30)
        finally:
            click.echo("cleaned up")
        """,
    )
    with process(tmp_path, "probe") as running:
        assert running.stdout is not None and running.stdout.readline() == "ready\n"
        running.send_signal(sent)
        out, err = running.communicate(timeout=10)
    assert (running.returncode, out, err.strip()) == (code, "cleaned up\n", "")


def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    write(tmp_path, "for _ in range(100_000):\n    click.echo('x' * 100)")
    with process(tmp_path, "probe") as running:
        assert running.stdout is not None and running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == ""
    assert running.returncode == 141
