"""What is shown, as HTML that stands alone: no script, no style sheet, everything escaped; it survives saving.

Pages that show notebooks, such as GitHub's, take most attributes away, so that the elements say all there is to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from nb2prod.inline.as_text import check_line, headline, scored
from nb2prod.rules.model import Severity

TITLES = {Severity.ERROR: "Errors", Severity.WARNING: "Warnings", Severity.ADVICE: "Advice"}
_NAMED = re.compile(r"`([^`]+)`")


def as_html(shown: Mapping[str, Any]) -> str:
    """Return HTML for what :func:`nb2prod.inline.shown.shown` returned."""
    return f"<div>{''.join(_parts(shown))}</div>"


def _parts(shown: Mapping[str, Any]) -> Iterator[str]:
    yield f"<p><strong>{_text(headline(shown))}</strong></p>"
    yield from (f"<p>{_text(each)}</p>" for each in shown["problems"])
    if shown["score"] is not None:
        yield f"<p>{_text(scored(shown['score']))}</p>"
    for severity, title in TITLES.items():
        found = [each for each in shown["findings"] if each["severity"] == severity]
        if found:
            yield f"<p>{title}</p><ul>{''.join(map(_finding, found))}</ul>"
    if shown["more"]:
        yield f"<p>and {shown['more']} more</p>"
    if shown["checks"]:
        rows = "".join(f"<li>{_text(check_line(each))}</li>" for each in shown["checks"])
        yield f"<p>Long checks</p><ul>{rows}</ul>"
    yield from (f"<p><em>{_text(each)}</em></p>" for each in shown["notes"])


def _finding(each: Mapping[str, Any]) -> str:
    where = f"{_text(each['place'])}: " if each["place"] else ""
    remedy = f"<br>→ {_text(each['remedy'])}" if each["remedy"] else ""
    return f"<li>{where}<strong>{_text(each['code'])}</strong> {_text(each['what'])}{remedy}</li>"


def _text(text: str) -> str:
    """Return text as HTML, with what stands in backticks as code."""
    return _NAMED.sub(r"<code>\1</code>", escape(text))
