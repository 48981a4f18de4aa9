"""The shares of a column in, bars out: inline SVG."""

from __future__ import annotations

from html import escape
from typing import Any

WIDTH, HEIGHT, FOOT = 320, 90, 2


def plot(name: str, shares: list[dict[str, Any]]) -> str:
    """Return bars: how many rows of each group there were, and are."""
    shown = [each for each in shares if each["baseline"] or each["window"]]
    most = max(max(each["baseline"], each["window"]) for each in shown)
    step = WIDTH / len(shown)
    bars = []
    for place, each in enumerate(shown):
        words = f"{each['of']}: {each['baseline']:.1%} then, {each['window']:.1%} now"
        bars.append(f"<g><title>{escape(words)}</title>")
        for side, kind, left in (("baseline", "before", 0.1), ("window", "now", 0.5)):
            high = each[side] / most * (HEIGHT - FOOT)
            bars.append(
                f'<rect class="{kind}" x="{(place + left) * step:.1f}" y="{HEIGHT - FOOT - high:.1f}" '
                f'width="{step * 0.38:.1f}" height="{high:.1f}"/>'
            )
        bars.append("</g>")
    ends = "".join(f"<span>{escape(each['of'])}</span>" for each in shown[:: max(1, len(shown) - 1)])
    label = escape(f"Shares of {name}", quote=True)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">'
        f'<line x1="0" y1="{HEIGHT - 1}" x2="{WIDTH}" y2="{HEIGHT - 1}"/>{"".join(bars)}</svg><p class="ends">{ends}</p>'
    )
