"""Say what stands between notebooks and production."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nb2prod.cli._seconds import Seconds
from nb2prod.cli._terminal import quiet
from nb2prod.cli._visible import on_one_line
from nb2prod.cli._watching import progress_option, watching
from nb2prod.errors import ExitCode, Problem, UsageError

if TYPE_CHECKING:
    from nb2prod.cli._reports.result import Result
    from nb2prod.workflows.checking import Measure, Wanted, Watch
    from nb2prod.workflows.reports.baseline import Baseline
    from nb2prod.workflows.reports.model import Report

FORMATS = ("text", "json", "sarif", "github", "junit")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="NOTEBOOK|FOLDER...")
@click.option(
    "--select", multiple=True, metavar="CODE", help="Only rules whose codes begin so, or named so; repeatable."
)
@click.option("--extend-select", multiple=True, metavar="CODE", help="These rules too; repeatable.")
@click.option("--ignore", multiple=True, metavar="CODE", help="No rules whose codes begin so, or named so; repeatable.")
@click.option("--fix", is_flag=True, help="Mend what can be mended safely.")
@click.option("--unsafe-fixes", is_flag=True, help="Mend also what may change what the notebook computes.")
@click.option("--diff", is_flag=True, help="Show what would be mended, and write nothing.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="How to tell it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, as --format json.")
@click.option("--run", is_flag=True, help="Run each notebook, and look at its data, its model and its answers too.")
@click.option("--running", metavar="KERNEL", help="Look at them in this kernel instead; its id or connection file.")
@click.option(
    "--evidence", type=click.Path(path_type=Path), metavar="REPOSITORY", help="What its export has shown, too."
)
@click.option("-p", "--parameter", nargs=2, multiple=True, metavar="NAME VALUE", help="For --run; repeatable.")
@click.option("--kernel", help="Kernel for --run (default: the notebook's own).")
@click.option("--timeout", type=Seconds(min=0, min_open=True), help="Seconds that a notebook may run.")
@progress_option
@click.option("--statistics", is_flag=True, help="Print how often each rule found something.")
@click.option("--baseline", type=click.Path(path_type=Path), metavar="FILE", help="Tell only what FILE does not list.")
@click.option("--write-baseline", is_flag=True, help="Write what is found into the baseline FILE.")
@click.option("--exit-zero", is_flag=True, help="End with 0 whatever was found.")
@click.option("--no-cache", is_flag=True, help="Check everything anew, and keep nothing.")
@click.option(
    "-j", "--jobs", type=click.IntRange(min=1), help="Processes; as many as there are processors if not given."
)
def command(paths: tuple[Path, ...], **given: Any) -> int:
    """Say what stands between each NOTEBOOK, or those below each FOLDER, and production.

    Nothing is run unless --run says so.
    """
    from nb2prod.workflows.checking import check, exported_into

    baseline = _baseline(given)
    exported = exported_into(given["evidence"]) if given["evidence"] is not None else None
    with _measuring(given) as measure, _watched(given) as watch:
        others: list[str] = []
        reports = _of_python(check(paths, _wanted(given), watch, measure, exported), others)
        if baseline is not None and given["write_baseline"]:
            return _write_baseline(baseline, list(reports), paths)
        form = _form(given)
        if form == "text" and not given["statistics"] and not given["diff"]:
            result = _print_each(reports, baseline)
        else:
            result = _result(list(reports), baseline)
    if form != "text" or given["statistics"] or given["diff"]:
        _print_all(result, form, given)
    _tell_of_others(others)
    if form in {"text", "github"}:
        _sum_up(result, given)
    return _exit_code(result, given)


def _of_python(reports: Iterable[Report], others: list[str]) -> Iterator[Report]:
    """Yield the reports of notebooks that were looked at; the languages of those that were not go into ``others``."""
    for report in reports:
        if report.other_language:
            others.append(report.other_language)
        else:
            yield report


def _tell_of_others(languages: Sequence[str]) -> None:
    if languages and not quiet():
        counted = ", ".join(f"{languages.count(each)} in {each}" for each in sorted(set(languages)))
        sys.stderr.write(on_one_line(f"passed over {counted}: only notebooks of Python are looked at") + "\n")


def _wanted(given: dict[str, Any]) -> Wanted:
    from nb2prod.workflows.checking import Wanted
    from nb2prod.workflows.reports.model import Mode

    mending = Mode.FIX if given["fix"] or given["unsafe_fixes"] else Mode.LOOK
    return Wanted(
        select=_codes(given["select"]),
        extend_select=_codes(given["extend_select"]),
        ignore=_codes(given["ignore"]),
        mode=Mode.DIFF if given["diff"] else mending,
        unsafe=given["unsafe_fixes"],
        sure=_form(given) in {"json", "sarif"},
        cached=not given["no_cache"],
        workers=given["jobs"] or 0,
    )


def _form(given: dict[str, Any]) -> str:
    return "json" if given["as_json"] else str(given["form"])


def _codes(given: Iterable[str]) -> list[str]:
    return [code.strip() for each in given for code in each.split(",") if code.strip()]


def _baseline(given: dict[str, Any]) -> Baseline | None:
    from nb2prod.workflows.reports.baseline import baseline_to_write, read_baseline

    if given["write_baseline"]:
        if given["baseline"] is None:
            raise UsageError(Problem("--write-baseline has to know where to", remedy="give --baseline FILE too"))
        return baseline_to_write(given["baseline"])
    return read_baseline(given["baseline"]) if given["baseline"] is not None else None


def _write_baseline(baseline: Baseline, reports: Sequence[Report], paths: Sequence[Path]) -> int:
    from nb2prod.workflows.reports.baseline import write_baseline

    count = write_baseline(baseline.path, reports, baseline.not_looked_for(reports, paths))
    if not quiet():
        sys.stderr.write(on_one_line(f"{baseline.path} lists {count} finding{'s' if count != 1 else ''}") + "\n")
    return ExitCode.OK


def _result(reports: Sequence[Report], baseline: Baseline | None) -> Result:
    from nb2prod.cli._reports.result import Result

    if baseline is None:
        return Result(reports)
    left = [baseline.without_known(report) for report in reports]
    return Result(left, baseline.hidden, baseline.gone(reports))


def _print_each(reports: Iterable[Report], baseline: Baseline | None) -> Result:
    """Print each report as soon as it is there."""
    from nb2prod.cli._reports.text import plain_lines, print_pretty
    from nb2prod.cli.sections import console_for_people

    console = console_for_people()
    printed = []
    for report in reports:
        printed.append(report)
        shown = baseline.without_known(report) if baseline else report
        if console.is_terminal:
            print_pretty(shown, console)
        else:
            sys.stdout.writelines(f"{on_one_line(line)}\n" for line in plain_lines(shown))
    if baseline:
        baseline.hidden = 0
    return _result(printed, baseline)


def _print_all(result: Result, form: str, given: dict[str, Any]) -> None:
    from nb2prod.cli._reports import text
    from nb2prod.cli.sections import console_for_people

    if form == "text" and given["diff"]:
        text.print_diff((line for report in result.reports for line in report.diff), console_for_people())
    elif form == "text":
        sys.stdout.writelines(f"{on_one_line(line)}\n" for line in text.statistics(result))
    else:
        written = _written(form)(result).rstrip("\n")
        sys.stdout.write(f"{written}\n" if written else "")


def _written(form: str) -> Callable[[Result], str]:
    from nb2prod.cli._reports import data, github, junit, sarif

    forms: dict[str, Callable[[Result], str]] = {
        "json": data.as_json,
        "sarif": sarif.as_sarif,
        "junit": junit.as_junit,
        "github": lambda result: "\n".join(github.as_commands(result)),
    }
    return forms[form]


def _sum_up(result: Result, given: dict[str, Any]) -> None:
    from nb2prod.cli._reports.text import hints, summary

    if quiet():
        return
    if given["diff"]:
        count = sum(len(each.fixed) for each in result.reports)
        sys.stderr.write(f"would mend {count} finding{'s' if count != 1 else ''}; nothing was written\n")
        return
    sys.stderr.writelines(f"{on_one_line(line)}\n" for line in (summary(result), *hints(result)))


def _exit_code(result: Result, given: dict[str, Any]) -> int:
    found = any(each.diff for each in result.reports) if given["diff"] else result.count
    return ExitCode.FINDINGS if found and not given["exit_zero"] else ExitCode.OK


@contextmanager
def _measuring(given: dict[str, Any]) -> Iterator[Measure | None]:
    """Yield how objects are measured, ``None`` where they are not."""
    if not (given["run"] or given["running"]):
        if given["parameter"] or given["kernel"] or given["timeout"]:
            raise UsageError(Problem("is for runs", "-p, --kernel, --timeout", "say --run too"))
        yield None
        return
    if given["running"] and (given["run"] or given["parameter"] or given["kernel"]):
        raise UsageError(Problem("there is nothing to run", "--running", "leave out --run, -p and --kernel"))
    from nb2prod.workflows.checking_objects import Way

    with watching(given["progress"]) as watch:
        typed = given["parameter"]
        yield Way(
            running=given["running"], typed=typed, kernel=given["kernel"], timeout=given["timeout"], watch=watch
        ).measure


@contextmanager
def _watched(given: dict[str, Any]) -> Iterator[Watch | None]:
    """Yield what is told how far it is: a bar on a terminal, nothing elsewhere; runs are told of one by one."""
    if quiet() or not sys.stderr.isatty() or given["run"] or given["running"]:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("checking"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # without a thread of its own: processes are forked while it is shown
    with Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of, refresh=True)
