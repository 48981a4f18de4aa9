"""What is shown, as plain text: for terminals, logs and people who have their notebooks read to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nb2prod.rules.model import Severity

MARKS = {"waiting": "-", "running": ">", "passed": "+", "failed": "!", "skipped": "/"}


def as_text(shown: Mapping[str, Any]) -> str:
    """Return lines of text for what :func:`nb2prod.inline.shown.shown` returned."""
    return "\n".join(_lines(shown))


def _lines(shown: Mapping[str, Any]) -> Iterator[str]:
    yield headline(shown)
    yield from (f"  {each}" for each in shown["problems"])
    if shown["score"] is not None:
        yield f"  {scored(shown['score'])}"
    for each in shown["findings"]:
        where = f"{each['place']}: " if each["place"] else ""
        yield f"  {each['severity']}: {where}{each['code']} {each['what']} [{each['name']}]"
        if each["remedy"]:
            yield f"      -> {each['remedy']}"
    if shown["more"]:
        yield f"  and {shown['more']} more"
    for each in shown["checks"]:
        yield f"  {MARKS[each['state']]} {check_line(each)}"
    yield from (f"  note: {each}" for each in shown["notes"])


def headline(shown: Mapping[str, Any]) -> str:
    """Return how many findings of what severity there are, in which notebook."""
    name = f"Readiness of {shown['notebook']}" if shown["notebook"] else "Readiness"
    return name if shown["problems"] else f"{name}: {counted(shown)}"


def counted(shown: Mapping[str, Any]) -> str:
    """Return how many findings of what severity there are."""
    counts = shown["counts"]
    words = {Severity.ERROR: ("error", "errors"), Severity.WARNING: ("warning", "warnings"),
             Severity.ADVICE: ("piece of advice", "pieces of advice")}  # fmt: skip
    parts = [f"{counts[each]} {one if counts[each] == 1 else many}" for each, (one, many) in words.items()]
    return ", ".join(part for part in parts if not part.startswith("0 ")) or "nothing found"


def scored(score: Mapping[str, Any]) -> str:
    """Return the ML Test Score, now and once exported, in one line."""
    parts = ", ".join(f"{each['title']} {each['exported']:g}" for each in score["sections"])
    return f"ML Test Score {score['now']:g} of {score['most']} now, {score['exported']:g} once exported ({parts})"


def check_line(check: Mapping[str, Any]) -> str:
    """Return one long check with its state and why."""
    why = f" ({check['why']})" if check["why"] else ""
    return f"{check['title']}: {check['state']}{why}"
