"""Runs go in; a picture of a metric against a parameter comes out."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb2prod.errors import Problem, UnusableInput, UsageError
from nb2prod.ledger.model import RunRecord, Status
from nb2prod.workflows.ranking_runs import best_of, only_metric, varied
from nb2prod.workflows.runs_as_data import shown_parameters

ENDINGS = (".png", ".svg", ".pdf")
MOST_SERIES = 8
"""Values of a second parameter that get a colour each."""
WIDE = 50.0
"""How many times the least value the greatest one is, from where on an axis is logarithmic."""
LONGEST_LABEL = 24
SIZE, DOTS = (7.0, 4.5), 150
"""Inches, and dots in one."""
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#999999")
"""Told apart by the colour-blind too (Okabe and Ito, 2008)."""


def draw(runs: Sequence[RunRecord], metric: str | None, parameter: str | None, output: Path) -> dict[str, Any]:
    """Draw the runs that succeeded and have the metric; return what was drawn.

    Raises ``UsageError`` where it is not clear what against what, or nothing is there to draw, and ``UnusableInput``
    where matplotlib is not installed or the file cannot be written.
    """
    if output.suffix.lower() not in ENDINGS:
        raise UsageError(Problem("is no name of a picture", str(output), f"end it in {', '.join(ENDINGS)}"))
    picture = picture_of(runs, metric, parameter)
    write_picture(picture.figure, output)
    told = {"metric": picture.metric, "parameter": picture.parameter, "runs": picture.runs}
    return {**told, "output": str(output.absolute())}


@dataclass(frozen=True)
class Picture:
    """A metric against a parameter."""

    figure: Any
    """A ``matplotlib.figure.Figure``."""
    metric: str
    parameter: str
    runs: int
    """How many are drawn."""


def picture_of(runs: Sequence[RunRecord], metric: str | None, parameter: str | None) -> Picture:
    """Draw the runs that succeeded and have the metric, in memory. Raises as :func:`draw` does."""
    done = [run for run in runs if run.status is Status.SUCCEEDED]
    metric = metric or only_metric(done)
    odd = sum(metric in run.metrics and not math.isfinite(run.metrics[metric]) for run in done)
    measured = {run.id for run in best_of(done, metric, minimize=False)}
    done = [run for run in done if run.id in measured]
    parameter = parameter or _only(done)
    drawn = [run for run in done if parameter in run.parameters]
    if not drawn:
        names = ", ".join(dict.fromkeys(name for run in done for name in run.parameters))
        remedy = f"there are {names}" if names else "run a notebook that has a `parameters` cell"
        raise UsageError(Problem(f"no run has a parameter {parameter!r}", "--parameter", remedy))
    return Picture(_figure(drawn, metric, parameter, _left_out(runs, odd)), metric, parameter, len(drawn))


_NOT_FAILED = (Status.SUCCEEDED, Status.PRUNED, Status.QUEUED, Status.RUNNING)


def _left_out(runs: Sequence[RunRecord], odd: int) -> str:
    """Return what a picture has to say of runs that have no place in it."""
    pruned = sum(run.status is Status.PRUNED for run in runs)
    failed = sum(run.status not in _NOT_FAILED for run in runs)
    found = [f"{failed} that failed"] if failed else []
    found += [f"{pruned} stopped early"] if pruned else []
    found += [f"{odd} with NaN or infinity"] if odd else []
    return f", without {' and '.join(found)}" if found else ""


def _only(runs: Sequence[RunRecord]) -> str:
    names = varied(runs)
    if len(names) == 1:
        return names[0]
    what = "several parameters have several values" if names else "no parameter has several values"
    remedy = f"name one of {', '.join(names)}" if names else "run the notebook with other values, or name a parameter"
    raise UsageError(Problem(what, "--parameter", remedy))


def _figure(runs: Sequence[RunRecord], metric: str, parameter: str, left_out: str = "") -> Any:
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        what = "matplotlib is not installed, and draws the picture"
        raise UnusableInput(Problem(what, "nb2prod runs plot", "pip install matplotlib")) from None
    figure = Figure(figsize=SIZE, dpi=DOTS, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    given = [shown_parameters(run.parameters) for run in runs]
    values = [each[parameter] for each in given]
    places, names = _places(values)
    numbers = [run.metrics[metric] for run in runs]
    second, groups = _second(runs, given, parameter)
    again = False
    for number, (label, members) in enumerate(groups):
        at = sorted((places[index], numbers[index]) for index in members)
        means = {x: [y for other, y in at if other == x] for x, _ in at}
        colour = COLOURS[number % len(COLOURS)]
        axes.scatter([x for x, _ in at], [y for _, y in at], s=28, color=colour, alpha=0.8, linewidths=0, zorder=3)
        middle = [sum(ys) / len(ys) for ys in means.values()]
        look = {"linestyle": "", "marker": "_", "markersize": 28} if names else {"linewidth": 1.2}
        axes.plot(list(means), middle, color=colour, alpha=0.7, label=_text(label), **look)
        again = again or len(means) < len(at)
    _dress(axes, metric, parameter, places, names, numbers)
    lines = ("; the lines are means" if names else "; the line joins their means") if again else ""
    axes.set_title(f"{len(runs)} runs{left_out}{lines}", loc="left", fontsize="medium")
    if second:
        axes.legend(title=_text(second), frameon=False)
    return figure


def _dress(axes: Any, metric: str, parameter: str, places: list[float], names: list[str], numbers: list[float]) -> None:
    axes.set_xlabel(_text(parameter))
    axes.set_ylabel(_text(metric))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(True, color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    if names:
        slanted = {"rotation": 30, "ha": "right"} if max(map(len, names)) * len(names) > 60 else {}
        axes.set_xticks(range(len(names)), [_text(name) for name in names], **slanted)
        axes.margins(x=0.1)
    elif _is_wide(places):
        axes.set_xscale("log")
    if _is_wide(numbers):
        axes.set_yscale("log")


def _places(values: Sequence[Any]) -> tuple[list[float], list[str]]:
    """Return where each value stands on the axis, and the names of the places where they are not numbers."""
    if all(type(value) in (int, float) and abs(value) < 1e300 for value in values):
        return [float(value) for value in values], []
    names = list(dict.fromkeys(map(_label, values)))
    return [float(names.index(_label(value))) for value in values], names


def _second(
    runs: Sequence[RunRecord], given: Sequence[dict[str, Any]], parameter: str
) -> tuple[str, list[tuple[str, list[int]]]]:
    """Return the one other parameter that has several values, and the runs by these; else all of them together."""
    others = [name for name in varied(runs) if name != parameter]
    labels = [_label(each.get(others[0])) for each in given] if len(others) == 1 else []
    if not labels or len(set(labels)) > MOST_SERIES:
        return "", [("", list(range(len(runs))))]
    values: dict[str, Any] = {label: each.get(others[0]) for label, each in zip(labels, given, strict=True)}
    numeric = all(type(value) in (int, float) for value in values.values())
    ordered = sorted(values, key=values.__getitem__) if numeric else sorted(values)
    return others[0], [(label, [i for i, each in enumerate(labels) if each == label]) for label in ordered]


def _is_wide(values: Sequence[float]) -> bool:
    return min(values) > 0 and math.isfinite(max(values)) and max(values) / min(values) >= WIDE


def _label(value: Any) -> str:
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 3] + "..."


def _text(text: str) -> str:
    """Return a text that matplotlib shows as it is, and does not take for mathematics."""
    return "".join(each if each.isprintable() else " " for each in text).replace("$", r"\$")


def write_picture(figure: Any, output: Path) -> None:
    """Write the picture whole or not at all."""
    part = output.with_name(f".{output.stem}.{os.getpid()}{output.suffix}")
    try:
        figure.savefig(part)
        part.replace(output)
    except OSError as error:
        part.unlink(missing_ok=True)
        remedy = "name a file in a folder that you can write to"
        raise UnusableInput(Problem(f"cannot be written: {error.strerror}", str(output), remedy)) from None
