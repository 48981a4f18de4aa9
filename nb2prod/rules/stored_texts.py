"""A document's cells to the texts that are stored in them: what they showed, and Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from nb2prod.notebook.model import Notebook
from nb2prod.notebook.texts import in_form_of, joined
from nb2prod.rules.json_texts import json_text, rewritten_json

CHUNK = 100_000
"""Characters that are looked through at once, so that time grows with a text's length and no faster."""
OVERLAP = 10_000
"""Characters that are looked through twice: the longest private keys have 7,000 (RSA, 8192 bits, PEM)."""

LEFT_OUT = "nb2prod_left_out"
"""Key of an output that is not all there: how many characters are missing."""

PROGRAM = re.compile(r"<(script|style|svg)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_ENCODED = re.compile(r"(?<=base64,)[A-Za-z0-9+/=\s]+")
_JAVASCRIPT = ("<script>", "</script>")


def seen_by_people(texts: Iterable[str]) -> Iterator[str]:
    """Yield what a cell's stored texts show to people, in pieces that overlap; pictures and programs are none."""
    for text in texts:
        yield from (chunk for _, chunk in chunks(without_programs(text)))


def whole_texts(outputs: object) -> Iterator[str]:
    """Yield all texts of a cell's stored outputs, programs, JSON data and metadata included."""
    for output in outputs if isinstance(outputs, list) else ():
        yield from filter(None, _texts(output if isinstance(output, Mapping) else {}))


def characters_left_out(outputs: object) -> int:
    """Return how many characters of a cell's stored outputs are missing in them."""
    each = (
        (output.get(LEFT_OUT) for output in outputs if isinstance(output, Mapping)) if isinstance(outputs, list) else ()
    )
    return sum(count for count in each if type(count) is int)


def chunks(text: str) -> Iterator[tuple[int, str]]:
    """Yield pieces of a text that overlap, each with where it starts."""
    for start in range(0, max(len(text) - OVERLAP, 1), CHUNK - OVERLAP):
        yield start, text[start : start + CHUNK]


def without_programs(text: str) -> str:
    """Return a text with spaces in place of scripts, styles and embedded pictures: as long as before."""
    text = without_encoded(text)
    return PROGRAM.sub(lambda found: " " * len(found[0]), text) if "<" in text else text


def without_encoded(text: str) -> str:
    """Return a text with spaces in place of embedded pictures: as long as before."""
    return _ENCODED.sub(lambda found: " " * len(found[0]), text) if "base64," in text else text


def rewritten_outputs(outputs: object, change: Callable[[str], str]) -> tuple[Mapping[str, Any], ...]:
    """Return a cell's outputs with every text of them changed, and all else as it is."""
    return tuple(
        _rewritten(each, change) if isinstance(each, Mapping) else each
        for each in (outputs if isinstance(outputs, list) else ())
    )


def outputs_by_cell(notebook: Notebook, document: Mapping[str, Any]) -> Iterator[tuple[int, object]]:
    """Yield each code cell's index and its stored outputs."""
    cells = document.get("cells")
    if isinstance(cells, list):
        for cell in notebook.cells:
            raw = cells[cell.position] if cell.position < len(cells) else {}
            yield cell.index, raw.get("outputs") if isinstance(raw, (dict, Mapping)) else None


def closing_markdown(notebook: Notebook, document: Mapping[str, Any]) -> str:
    """Return the text of the Markdown cells below the last code cell; that above a code cell is its heading."""
    cells = document.get("cells")
    last = max((cell.position for cell in notebook.cells), default=-1)
    below = cells[last + 1 :] if isinstance(cells, list) else []
    return "\n\n".join(joined(each.get("source")) for each in below if isinstance(each, Mapping))


def _texts(output: Mapping[str, Any]) -> Iterator[str]:
    yield joined(output.get("text"))
    yield joined(output.get("evalue"))
    yield "\n".join(map(joined, output["traceback"])) if isinstance(output.get("traceback"), list) else ""
    data = output.get("data")
    for kind, value in data.items() if isinstance(data, Mapping) else ():
        if _is_javascript(kind):
            yield joined(value).join(_JAVASCRIPT)
        elif _is_text(kind):
            yield joined(value)
        elif _is_data(kind):
            yield json_text(value)
    yield json_text(output.get("metadata"))


def _is_text(kind: object) -> bool:
    return isinstance(kind, str) and (kind.startswith("text/") or kind in {"image/svg+xml", "application/xml"})


def _is_javascript(kind: object) -> bool:
    return kind in {"text/javascript", "application/javascript"}


def _is_data(kind: object) -> bool:
    """Say whether data of this kind is JSON: that of tables, of Plotly, of Vega."""
    return isinstance(kind, str) and kind.endswith(("/json", "+json"))


def _rewritten(output: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    new = dict(output)
    for key in ("text", "evalue"):
        if key in new:
            new[key] = _changed(new[key], change)
    if isinstance(new.get("traceback"), list):
        new["traceback"] = _changed_lines(new["traceback"], change)
    if isinstance(new.get("data"), Mapping):
        new["data"] = {kind: _rewritten_data(kind, value, change) for kind, value in new["data"].items()}
    if "metadata" in new:
        new["metadata"] = rewritten_json(new["metadata"], change)
    return new


def _rewritten_data(kind: object, value: object, change: Callable[[str], str]) -> object:
    if _is_javascript(kind):
        before, after = _JAVASCRIPT
        return _changed(value, lambda text: change(f"{before}{text}{after}").removeprefix(before).removesuffix(after))
    if _is_text(kind):
        return _changed(value, change)
    return rewritten_json(value, change) if _is_data(kind) else value


def _changed_lines(lines: list[object], change: Callable[[str], str]) -> list[object]:
    """Return a traceback changed line by line, and what goes over several lines in one."""
    new = [_changed(each, change) for each in lines]
    whole = "\n".join(map(joined, new))
    return [change(whole)] if change(whole) != whole else new


def _changed(text: object, change: Callable[[str], str]) -> object:
    """Return a text changed, in the form that it had; the same where nothing of it is."""
    before = joined(text)
    after = change(before)
    return text if after == before else in_form_of(text, after)
