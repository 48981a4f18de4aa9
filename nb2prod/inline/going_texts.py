"""How a run or a sweep stands, as text and as HTML that stands alone: what is left when nobody draws the widget."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from nb2prod.inline.going import GOING, STOPPED


def as_text(view: Mapping[str, Any]) -> str:
    """Return lines of text for what :meth:`nb2prod.inline.going.Going.as_data` returned."""
    return "\n".join(_lines(view))


def as_html(view: Mapping[str, Any]) -> str:
    """Return the same as HTML; no script, no style sheet, everything escaped."""
    first, *others = _lines(view)
    return f"<div><p><strong>{escape(first)}</strong></p>{''.join(f'<p>{escape(each)}</p>' for each in others)}</div>"


def _lines(view: Mapping[str, Any]) -> Iterator[str]:
    failed = f", {view['failed']} failed" if view["failed"] else ""
    state = {GOING: "going on", STOPPED: "stopped"}.get(view["state"], "")
    ended = f", {state}" if state else ""
    total = view["total"] or "?"
    yield f"{view['title']}: {view['done']} of {total} {view['unit']}{failed}, {view['seconds']:.1f} s{ended}"
    for line in view["lines"]:
        yield "  ".join(part for part in (line["worker"], line["run"], line["place"]) if part)
    yield from (each for each in (view["doing"], view["best"], *view["notes"]) if each)
