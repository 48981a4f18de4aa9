"""Source lines to the numbers of those that begin a statement: outside strings, brackets and continuations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

_TOKEN = re.compile(r"""(?P<quote>\"\"\"|'''|"|')|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<comment>\#.*)|(?P<back>\\$)""")


def statement_starts(lines: Sequence[str], foreign: Callable[[str], bool] = lambda line: False) -> Iterator[int]:
    """Yield the index of every line that begins a logical line; lines that are ``foreign`` there are not scanned."""
    depth, quote, continued = 0, "", False
    for number, line in enumerate(lines):
        at_start = depth == 0 and not quote and not continued
        if at_start:
            yield number
            if foreign(line):
                continued = line.rstrip().endswith("\\")
                continue
        elif continued and not quote and depth == 0 and foreign(lines[number - 1]):
            continued = line.rstrip().endswith("\\")
            continue
        depth, quote, continued = _scan(line, depth, quote)


def _scan(line: str, depth: int, quote: str) -> tuple[int, str, bool]:
    """Return bracket depth, open quote and whether a backslash continues the line, as they are at its end."""
    place, continued = 0, False
    while place < len(line):
        if quote:
            place, closed = _string_end(line, place, quote)
            quote = "" if closed else quote
            continue
        found = _TOKEN.search(line, place)
        if found is None:
            break
        place = found.end()
        kind = found.lastgroup
        if kind == "quote":
            quote = found.group()
        elif kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(0, depth - 1)
        elif kind == "back":
            continued = True
        else:
            break
    if len(quote) == 1:
        # A single-quoted string only goes on behind a backslash; otherwise it is a syntax error that is told elsewhere.
        quote = quote if line.endswith("\\") else ""
    return depth, quote, continued


def _string_end(line: str, place: int, quote: str) -> tuple[int, bool]:
    while place < len(line):
        if line[place] == "\\":
            place += 2
        elif line.startswith(quote, place):
            return place + len(quote), True
        else:
            place += 1
    return place, False
