"""What matters to the model in, a page with plots out."""

from __future__ import annotations

from html import escape
from typing import Any

from ..shown import html

WIDTH, HEIGHT, EDGE = 320, 100, 6


def page(found: dict[str, Any]) -> str:
    """Return the page."""
    most = max((each["importance"] for each in found["fields"]), default=0) or 1
    rows = "".join(
        f"<tr><td>{escape(each['name'])}</td><td>{each['importance']:.4g}</td><td>"
        f'<svg viewBox="0 0 100 4" aria-hidden="true"><rect width="{100 * each["importance"] / most:.2f}" height="4"/>'
        "</svg></td></tr>"
        for each in found["fields"]
    )
    about = f"{found['of']}. Model {found['model_version']}, {found['rows']} rows of the notebook's."
    return html(
        "What matters",
        f'<p class="soft">{escape(about)}</p><h2>How much it changes when a field has another row\'s value</h2>'
        f"<table>{rows}</table><h2>What it is on average, by the value of a field</h2>"
        f'<div class="all">{"".join(map(plot, found["dependence"]))}</div>',
    )


def plot(each: dict[str, Any]) -> str:
    """Return how the number follows a field: a line where values have an order, else a dot for each."""
    values, means = each["values"], each["means"]
    low, high = min(means, default=0), max(means, default=0)
    across = [*values] if all(type(value) in (int, float) for value in values) else [*range(len(values))]
    span = (max(across) - min(across)) or 1
    points = []
    for place, number in zip(across, means, strict=True):
        up = (number - low) / ((high - low) or 1)
        along = (place - min(across)) / span * (WIDTH - 2 * EDGE)
        points.append((EDGE + along, HEIGHT - EDGE - up * (HEIGHT - 2 * EDGE)))
    dots = "".join(
        f'<g><title>{escape(f"{value}: {number:.4g}")}</title><circle cx="{x:.1f}" cy="{y:.1f}" r="4"/></g>'
        for value, number, (x, y) in zip(values, means, points, strict=True)
    )
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    drawn = f'<polyline points="{line}"/>{dots}' if each["in_order"] else dots
    named = [values[0], values[-1]] if each["in_order"] and values else values
    names = "".join(f"<span>{escape(str(value))}</span>" for value in named)
    label = escape(f"{each['name']}: from {low:.4g} to {high:.4g}", quote=True)
    return (
        f"<article><h3>{escape(each['name'])}</h3><p class='soft'>{low:.4g} to {high:.4g}</p>"
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">'
        f'<line x1="0" y1="{HEIGHT}" x2="{WIDTH}" y2="{HEIGHT}"/>{drawn}</svg><div class="ends">{names}</div></article>'
    )
