"""What matters to the model as a page with plots: one text, without a script and without another file."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from html import escape
from typing import Any

STYLE = """:root{--back:#fff;--fore:#1c2430;--soft:#5b6675;--line:#c9d1db;--bar:#0b57b7}
@media(prefers-color-scheme:dark){:root{--back:#14181f;--fore:#e6eaf0;--soft:#9fabba;--line:#3a4451;--bar:#8ab8ff}}
body{margin:0 auto;max-width:60rem;padding:1.5rem;background:var(--back);color:var(--fore)}
body{font:1rem/1.5 system-ui,sans-serif}
h1{margin:0;font-size:1.6rem}h2{margin:2rem 0 .5rem;font-size:1.2rem}h3{margin:0;font-size:1rem;overflow-wrap:anywhere}
p,.ends{color:var(--soft);font-size:.85rem;margin:.2rem 0}
td{padding:.1rem .8rem .1rem 0}td:first-child{overflow-wrap:anywhere}
td:last-child{width:50%}td{font-variant-numeric:tabular-nums}table{width:100%;border-collapse:collapse}
.all{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:1.2rem}
article{border:1px solid var(--line);border-radius:.5rem;padding:.9rem;min-width:0}svg{display:block;width:100%}
rect{fill:var(--bar)}polyline{fill:none;stroke:var(--bar);stroke-width:2}circle{fill:var(--bar)}line{stroke:var(--line)}
.ends{display:flex;justify-content:space-between;gap:1rem}.ends span+span{text-align:right}"""
DIGEST = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CSP = f"default-src 'none'; style-src 'sha256-{DIGEST}'; base-uri 'none'; frame-ancestors 'none'"
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
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><title>What matters</title><style>{STYLE}</style></head>'
        f"<body><h1>What matters</h1><p>{escape(about)}</p><h2>How much it changes when a field has another row's value"
        f"</h2><table>{rows}</table><h2>What it is on average, by the value of a field</h2>"
        f'<div class="all">{"".join(map(plot, found["dependence"]))}</div></body></html>'
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
        f"<article><h3>{escape(each['name'])}</h3><p>{low:.4g} to {high:.4g}</p>"
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">'
        f'<line x1="0" y1="{HEIGHT}" x2="{WIDTH}" y2="{HEIGHT}"/>{drawn}</svg><div class="ends">{names}</div></article>'
    )
