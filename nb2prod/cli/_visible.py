"""Texts of notebooks, which are anybody's, to texts that no terminal and no CI obeys."""

from __future__ import annotations

import json
import os
import re
from typing import Any

OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What colours, moves, ends a line or turns the direction of a text, but tab and newline."""
OLD_COMMAND = re.compile(r"##(?=\w*\[)")
"""``##[group]``, ``##vso[...]``: how GitHub's runner and Azure's know a command anywhere in a line."""
COMMAND = re.compile(r"::(?=[A-Za-z])")
"""``::error::``: how GitHub's runner knows one at the beginning of a line."""
CI = ("GITHUB_ACTIONS", "TF_BUILD")
"""Variables that are set where what is printed is searched for commands."""


def escaped(text: str) -> str:
    """Return a text with each character that a terminal would obey, but tab and newline, as its escape."""
    return OBEYED.sub(lambda found: ascii(found[0])[1:-1], text)


def visible(text: str) -> str:
    """Return a text for people, escaped; where a CI reads along, commands of the CI's as well.

    Names of files, metadata and outputs are anybody's: they are not to colour, move or hide what is printed.
    """
    found = escaped(text)
    if any(os.environ.get(name) for name in CI):
        found = COMMAND.sub(r"\\x3a:", OLD_COMMAND.sub(r"\\x23#", found))
    return found


def on_one_line(text: str) -> str:
    """Return what :func:`visible` does, without newlines: a file's name is not to look like another finding."""
    return visible(text).replace("\n", "\\n")


def json_text(value: Any, indent: int | None = None) -> str:
    """Return JSON that reads back as ``value``, and in which nothing is obeyed or cannot be encoded."""
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    # None of these stands outside a text, where an escape means the same.
    return OLD_COMMAND.sub(r"\\u0023#", OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def xml_text(text: str) -> str:
    """Return XML that reads back as it did, and in which nothing is obeyed; control characters are escaped before."""
    return COMMAND.sub("&#58;:", OLD_COMMAND.sub("&#35;#", text))
