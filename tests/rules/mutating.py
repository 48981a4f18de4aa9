"""Notebooks that are broken in one way or another, the same ones for the same seed.

``python -m tests.rules.mutating 100000`` checks so many and tells of each that nb2prod itself stumbles on.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from multiprocessing import Pool
from pathlib import Path
from typing import Any

from nb2prod.rules.discovery import known_rules
from nb2prod.workflows.reports.model import Job, Mode, Report
from nb2prod.workflows.reports.report import report_on
from tests.rules.examples import FOLDER, example

MOST_CELLS = 3
"""Of a notebook that is broken: small ones are as easily broken, and ten thousand are checked in every run."""
ODD: tuple[Any, ...] = (
    None, True, -1, 0, 4, 10**30, 1.5, float("nan"), float("inf"), "", "x", "\ud800", "\x00", "code", "é\u2028\u202e",
    [], [[]], [None], ["a", 1], {}, {"": {}}, {"tags": "data"}, {"ignore": [1]}, [{"output_type": 7}], "a" * 5000,
)  # fmt: skip
TEXTS = (
    "\x00", "\r", "\u2028", "\f", "\t", "\\", "(", ")", "[", "{", "}", "'", '"', '"""', "#", "`", "!", "%", "%%", "?",
    ";",
    ":", "@", "*", "**", "=", ":=", "->", "...", "\n", "\n    ", "f'{", "await ", "async ", "yield ", "return ",
    "lambda: ",
    "global x\n", "nonlocal x\n", "del x\n", "from m import *\n", "import os\n", "%%time\n", "%%bash\n",
    "%run a.py\n",
    "!pip install x==1\n", "# nb2prod: data\n", "# nb2prod: nothing\n", "# nb2prod: ignore[NB101",
    "match x:\n case _: 1\n",
    "class A: pass\n", "def f(x=f): return f\n", "x = x\n", "x: int\n", "\ud800", "é", "名", "𝐱", "1_000", "0777",
    "1e999",
    "(" * 150, "[" * 60 + "]" * 60, "-" * 300 + "1", "a" + ".a" * 300, "a" + "+a" * 400, "{**a}", "f'{x!r:{y}}'",
    "x if y",
    "try:\n 1\nexcept* E: 2\n", "with a as (b, *c): 1\n", "for i in i: i\n", "while x: pass\n",
    "[x for x in x]",
    "print(*a, **b)\n", "def f(*, a, b=1, **k): return a\nf(*b)\n", "a[b:c, ...] = d\n", "a.b.c += d\n",
    "(a := 1)",
)  # fmt: skip
"""What gets into a source: halves of things, odd characters, and code that is rarely written."""


def documents() -> list[dict[str, Any]]:
    """Return the notebooks that are broken: the examples of the rules, which all of them find something in."""
    found = []
    for path in sorted(FOLDER.glob("*.txt")):
        cells = example(path).document
        for start in range(0, len(cells["cells"]), MOST_CELLS):
            found.append({**cells, "cells": cells["cells"][start : start + MOST_CELLS]})
    return found


def mutated(draw: random.Random, known: list[dict[str, Any]]) -> bytes:
    """Return the bytes of a notebook that is broken in one to three ways."""
    document = json.loads(json.dumps(draw.choice(known)))
    for _ in range(draw.choice((1, 1, 2, 3))):
        if not isinstance(document, dict) or not isinstance(document.get("cells"), list):
            break
        document = draw.choice(WAYS)(draw, document)
    raw = json.dumps(document, indent=draw.choice((None, 1))).encode()
    return _broken_bytes(draw, raw) if draw.random() < 0.15 else raw


def odd(draw: random.Random) -> Any:
    """Return an odd value, of which nobody else has a part."""
    return deepcopy(draw.choice(ODD))


def _broken_bytes(draw: random.Random, raw: bytes) -> bytes:
    at = draw.randrange(len(raw) + 1)
    return draw.choice(
        (
            raw[:at],
            raw[:at] + bytes([draw.randrange(256)]) + raw[at + 1 :],
            raw[:at] + draw.randbytes(3) + raw[at:],
            raw[:at] + raw[at + draw.randrange(200) :],
            b"\xef\xbb\xbf" + raw,
            raw.decode().encode("utf-16"),
            raw + raw,
        )
    )


def _source(draw: random.Random, document: dict[str, Any]) -> dict[str, Any]:
    """Break the source of a cell."""
    cell = draw.choice(document["cells"] or [{}])
    text = cell.get("source") if isinstance(cell, dict) else None
    if not isinstance(text, str):
        return document
    at = draw.randrange(len(text) + 1)
    other = draw.choice(document["cells"])
    cell["source"] = draw.choice(
        (
            text[:at] + draw.choice(TEXTS) + text[at:],
            text[:at] + draw.choice(TEXTS) + text[at:],
            draw.choice(TEXTS) + text,
            text + "\n" + draw.choice(TEXTS),
            text[:at],
            text[at:],
            text[:at] + text[at + draw.randrange(1, 12) :],
            text[:at] + str(other.get("source", "") if isinstance(other, dict) else "") + text[at:],
            "\n".join(draw.sample(text.split("\n"), len(text.split("\n")))),
            text.replace("(", ", (", 1),
            text.replace("=", "", 1),
        )
    )
    if draw.random() < 0.3:
        cell["source"] = cell["source"].splitlines(keepends=True)
    return document


def _value(draw: random.Random, document: dict[str, Any]) -> dict[str, Any]:
    """Put something odd in the place of any value of the document."""
    holder, key = draw.choice(list(_places(document)))
    holder[key] = odd(draw)
    return document


def _missing(draw: random.Random, document: dict[str, Any]) -> dict[str, Any]:
    """Take any value out of the document."""
    holder, key = draw.choice(list(_places(document)))
    del holder[key]
    return document


def _cells(draw: random.Random, document: dict[str, Any]) -> dict[str, Any]:
    """Mix the cells up."""
    cells = document["cells"]
    draw.choice((cells.reverse, cells.clear, lambda: cells.extend(cells[:]), lambda: draw.shuffle(cells)))()
    return document


def _metadata(draw: random.Random, document: dict[str, Any]) -> dict[str, Any]:
    """Put something odd into what nb2prod reads of metadata."""
    holder = draw.choice([document, *(each for each in document["cells"] if isinstance(each, dict))])
    metadata = holder.setdefault("metadata", {})
    if isinstance(metadata, dict):
        metadata[draw.choice(("tags", "nb2prod", "kernelspec", "language_info"))] = draw.choice(
            (
                *ODD,
                {"check": odd(draw)},
                {"input": odd(draw), "output": odd(draw)},
                ["data", "skip"],
            )
        )
    return document


def _outputs(draw: random.Random, document: dict[str, Any]) -> dict[str, Any]:
    """Put odd outputs into a cell."""
    for cell in document["cells"]:
        if isinstance(cell, dict) and draw.random() < 0.5:
            kind = draw.choice(("stream", "error", "display_data", "execute_result", "odd"))
            output = {"output_type": kind, "text": odd(draw), "data": odd(draw), "name": odd(draw)}
            cell["outputs"] = draw.choice(([output], [output, odd(draw)], odd(draw)))
            cell["execution_count"] = odd(draw)
    return document


WAYS: tuple[Callable[[random.Random, dict[str, Any]], dict[str, Any]], ...] = (
    _source, _source, _source, _source, _value, _missing, _cells, _metadata, _outputs,
)  # fmt: skip


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place of a value in the document: what holds it, and its key or index there."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in list(inside):
        yield value, key
        yield from _places(each)


def stumbles(seed: int, count: int, folder: Path, share: int = 1) -> list[tuple[str, bytes]]:
    """Check so many broken notebooks; return what nb2prod or a rule raised or said wrongly, and on which bytes.

    Each is checked with one in ``share`` of the rules, drawn anew.
    """
    draw, known = random.Random(seed), documents()
    path = folder / f"{seed}.ipynb"
    codes = tuple(each.rule.code for each in known_rules())
    found = []
    for _ in range(count):
        raw = mutated(draw, known)
        path.write_bytes(raw)
        mode = draw.choice((Mode.LOOK,) * 18 + (Mode.FIX, Mode.DIFF))
        asked = tuple(draw.sample(codes, len(codes) // share))
        report = report_on(Job(path, asked, mode=mode, unsafe=True, sure=draw.random() < 0.1))
        found += [(wrong, raw) for wrong in _wrong_with(report)]
    return found


def _wrong_with(report: Report) -> Iterator[str]:
    for each in report.findings:
        if each.code == "NB000":
            yield each.what
        if not each.what or each.what != each.what.strip() or "\n" in each.what:
            yield f"{each.code} says {each.what!r}"
        if each.cell is not None and (each.cell < 0 or each.id is None or (each.line or 1) < 1):
            yield f"{each.code} is of cell {each.cell}, line {each.line}"


def _part(asked: tuple[int, int, str]) -> list[tuple[str, bytes]]:
    seed, count, folder = asked
    return stumbles(seed, count, Path(folder))


def main() -> None:
    """Check as many as asked for, in parts of a thousand, and keep what nb2prod stumbles on."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    seen: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as folder, Pool(os.cpu_count()) as pool:
        parts = [(first + part, 1000, folder) for part in range(-(-count // 1000))]
        for done, found in enumerate(pool.imap_unordered(_part, parts), 1):
            seen.update({what: raw for what, raw in found if what not in seen})
            print(f"{done * 1000} of {count} checked, {len(seen)} kinds of stumbling", file=sys.stderr, flush=True)
    kept = Path(tempfile.mkdtemp(prefix="nb2prod-fuzz-")) if seen else Path()
    for number, (what, raw) in enumerate(sorted(seen.items())):
        (kept / f"{number}.ipynb").write_bytes(raw)
        print(f"{kept / f'{number}.ipynb'}: {what}")
    raise SystemExit(bool(seen))


if __name__ == "__main__":
    main()
