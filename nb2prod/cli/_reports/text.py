"""Findings for people: plain lines where they are piped, in colour and by notebook on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from nb2prod.cli._reports.result import Result
from nb2prod.cli._visible import on_one_line
from nb2prod.workflows.reports.model import Report, Told

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

MOST_NAMES = 8
"""Of checks that could not be made for the same reason; the other forms list all."""
STYLES = {"error": "bold red", "warning": "yellow", "advice": "cyan"}


def plain_lines(report: Report) -> list[str]:
    """Return a line for each finding, with one for what to do."""
    lines = []
    for each in report.findings:
        place = f": {each.place}" if each.place else ""
        lines.append(f"{report.path}{place}: {each.code} {each.what} [{each.name}]")
        lines += [f"    -> {each.remedy}"] if each.remedy else []
    return lines


def print_pretty(report: Report, console: Console) -> None:
    """Print one notebook's findings under its name."""
    from rich.table import Table
    from rich.text import Text

    if not report.findings:
        return
    console.print(Text(on_one_line(str(report.path)), style="bold underline"))
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1))
    for ratio in (None, None, 1, None):
        table.add_column(ratio=ratio, overflow="fold", no_wrap=ratio is None)
    for each in report.findings:
        table.add_row(
            Text(_short_place(each), style="dim"),
            Text(each.severity, style=STYLES[each.severity]),
            _message(each),
            Text(on_one_line(f"{each.code} {each.name}"), style="dim"),
        )
    console.print(table)
    console.print()


def summary(result: Result) -> str:
    """Return the last line: how much was found in how many notebooks, and what can be mended."""
    count, files = result.count, len(result.reports)
    things = "1 finding" if count == 1 else f"{count} findings"
    text = f"{things} in {files} notebook{'s' if files != 1 else ''}"
    kinds = [_counted(severity, number) for severity, number in result.by_severity().items() if number]
    return f"{text} ({', '.join(kinds)})" if len(kinds) > 1 else text


def hints(result: Result) -> list[str]:
    """Return what one may want to know beside the summary."""
    fixed = sum(len(each.fixed) for each in result.reports)
    fixes = [each.fix for _, each in result.findings()]
    # How many is not known: a rule that can mend some cannot mend all, and to try each costs more than the check.
    safe, unsafe = "safe" in fixes, "unsafe" in fixes
    lines = [line for report in result.reports for line in looked_at(report)]
    lines += [f"mended {fixed} finding{'s' if fixed != 1 else ''}"] if fixed else []
    if safe:
        lines.append("some may be mended by --fix" + (", others by --unsafe-fixes" if unsafe else ""))
    elif unsafe:
        lines.append("some may be mended by --unsafe-fixes, which may change what the notebook computes")
    if result.hidden:
        lines.append(f"{result.hidden} more in the baseline")
    if result.gone:
        many = ("s", "are", "them") if result.gone > 1 else ("", "is", "it")
        lines.append("{} finding{} of the baseline {} gone: --write-baseline drops {}".format(result.gone, *many))
    return lines


def looked_at(report: Report) -> list[str]:
    """Return how what was run for the checks has ended, and why some could not be made."""
    if not report.checks:
        return []
    states = [each["state"] for each in report.checks]
    counted = [f"{states.count(state)} {state}" for state in ("passed", "failed", "skipped") if state in states]
    whys: dict[str, list[str]] = {}
    for each in report.checks:
        if each["state"] == "skipped":
            whys.setdefault(each["why"], []).append(each["name"])
    lines = [f"{report.path}: checks of what was run: {', '.join(counted)}"]
    return lines + [f"    not checked, since {why}: {_listed(names)}" for why, names in whys.items()]


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f", and {more} more" if more > 0 else "")


def statistics(result: Result) -> list[str]:
    """Return a line for each rule that found something: how often, its code, severity and name."""
    rows = result.by_rule()
    width = max((len(str(count)) for _, count in rows), default=0)
    return [f"{count:>{width}}  {each.code}  {each.severity:8}{each.name}" for each, count in rows]


def print_diff(lines: Iterable[str], console: Console) -> None:
    """Print a unified diff, in its usual colours on a terminal."""
    from rich.text import Text

    styles = {"+++": "bold", "---": "bold", "@@ ": "cyan"}
    for line in lines:
        style = styles.get(line[:3]) or {"+": "green", "-": "red"}.get(line[:1], "")
        console.print(Text(on_one_line(line), style=style), soft_wrap=True)


def _short_place(each: Told) -> str:
    return "notebook" if each.cell is None else f"[{each.cell + 1}]" + (f":{each.line}" if each.line else "")


def _message(each: Told) -> Text:
    """Return what was found, names of the notebook in bold, and what to do in a line below."""
    from rich.text import Text

    text = Text()
    _add_names(text, on_one_line(each.what).split("`"), "bold")
    if each.fix == "safe":
        text.append(" [--fix]", style="green")
    if each.remedy:
        text.append(f"\n→ {on_one_line(each.remedy)}", style="dim")
    return text


def _add_names(text: Text, parts: Sequence[str], style: str) -> None:
    whole = len(parts) % 2 == 1
    for number, part in enumerate(parts):
        text.append(part if not number % 2 or not whole else f"`{part}`", style=style if whole and number % 2 else "")


def _counted(severity: str, number: int) -> str:
    if severity == "advice":
        return f"{number} advice"
    return f"{number} {severity}{'s' if number != 1 else ''}"
