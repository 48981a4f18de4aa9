"""What ``GET /drift`` says in, a page with plots out: one text, without a script and without another file."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from html import escape
from pathlib import Path
from typing import Any

from .plot import plot

STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
DIGEST = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CSP = f"default-src 'none'; style-src 'sha256-{DIGEST}'; base-uri 'none'; frame-ancestors 'none'"
"""Nothing is loaded, nothing is run, and only this style applies."""
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
    head = f'<h1>{STATES[found["state"]]}</h1><p class="why">{escape(why)}</p>'
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><title>{STATES[found["state"]]}</title>'
        f"<style>{STYLE}</style></head><body><header>{head}{about(found)}</header><main>{''.join(parts)}</main>"
        "</body></html>"
    )


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
