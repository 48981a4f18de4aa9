"""What ``GET /drift`` says in, a page with plots out."""

from __future__ import annotations

from html import escape
from typing import Any

from ..shown import html

WIDTH, HEIGHT, FOOT = 320, 90, 2
STATES = {
    "drift": "Drift",
    "no drift": "No drift",
    "too few records": "Too few records yet",
    "no baseline": "Nothing to compare with",
}


def page(found: dict[str, Any]) -> str:
    """Return the page."""
    scores = [("Answers", found.get("answers", [])), ("What was asked", found.get("fields", []))]
    parts = [section(words, each) for words, each in scores if each]
    why = f"in {found['why']}" if found["state"] == "drift" else found["why"]
    return html(STATES[found["state"]], f'<p class="why">{escape(why)}</p>{about(found)}{"".join(parts)}')


def about(found: dict[str, Any]) -> str:
    """Return what is compared with what, and by which rule."""
    said = [f"Model {found['model_version']}."]
    if "window" in found:
        window, base = found["window"], found["baseline"]
        since = f" since {window['since']}" if window["since"] else ""
        workers = f" in {window['workers']} workers" if window["workers"] > 1 else ""
        said.append(f"Compared: the last {window['rows']:,} records{since}{workers},")
        said.append(f"with {base['rows']:,} rows ({base['source']}). Drifted is what has {found['rule']}.")
    return f'<p class="soft">{escape(" ".join(said))}</p>'


def section(words: str, scores: list[dict[str, Any]]) -> str:
    """Return the plots of some columns, the most changed first."""
    key = '<p class="soft"><span class="key before"></span> then <span class="key now"></span> now</p>'
    ordered = sorted(scores, key=lambda each: (not each["drifted"], -each["psi"]))
    return f'<section><h2>{words}</h2>{key}<div class="all">{"".join(map(card, ordered))}</div></section>'


def card(score: dict[str, Any]) -> str:
    """Return one column: its numbers and its plot."""
    name = score["name"] or "the value"
    length = " (length)" if score["kind"] == "length" else ""
    test = "kolmogorov_smirnov" if "kolmogorov_smirnov" in score else "jensen_shannon"
    words = "Kolmogorov-Smirnov" if test == "kolmogorov_smirnov" else "Jensen-Shannon"
    missing = " to ".join(f"{score['missing'][side]:.1%}" for side in ("baseline", "window"))
    numbers = f"PSI {score['psi']:.2f}, {words} {score[test]:.2f}, missing {missing}"
    drifted = '<strong class="drifted">drifted</strong>' if score["drifted"] else ""
    return (
        f"<article><h3>{escape(name)}{length} {drifted}</h3>{plot(name, score['shares'])}"
        f'<p class="soft">{numbers}</p></article>'
    )


def plot(name: str, shares: list[dict[str, Any]]) -> str:
    """Return bars: how many rows of each group there were, and are."""
    there = [each for each in shares if each["baseline"] or each["window"]]
    most = max(max(each["baseline"], each["window"]) for each in there)
    step = WIDTH / len(there)
    bars = []
    for place, each in enumerate(there):
        words = f"{each['of']}: {each['baseline']:.1%} then, {each['window']:.1%} now"
        bars.append(f"<g><title>{escape(words)}</title>")
        for side, kind, left in (("baseline", "before", 0.1), ("window", "now", 0.5)):
            high = each[side] / most * (HEIGHT - FOOT)
            bars.append(
                f'<rect class="{kind}" x="{(place + left) * step:.1f}" y="{HEIGHT - FOOT - high:.1f}" '
                f'width="{step * 0.38:.1f}" height="{high:.1f}"/>'
            )
        bars.append("</g>")
    ends = "".join(f"<span>{escape(each['of'])}</span>" for each in there[:: max(1, len(there) - 1)])
    label = escape(f"Shares of {name}", quote=True)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">'
        f'<line x1="0" y1="{HEIGHT - 1}" x2="{WIDTH}" y2="{HEIGHT - 1}"/>{"".join(bars)}</svg><p class="ends">{ends}</p>'
    )
