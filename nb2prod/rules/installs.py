"""A notebook's cells to what they install: ``!pip install``, ``%pip install`` and the like, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nb2prod.notebook.model import Cell

COMMAND = re.compile(
    r"^\s*(?:[%!]{1,2}|\$)?\s*(?:sudo\s+)?"
    r"(?:(?:\{?sys\.executable\}?|[\w./]*python[\d.]*)\s+-m\s+)?"
    r"(?P<tool>(?:uv\s+)?pip[\d.]*|conda|mamba|micromamba)\s+install\b(?P<rest>[^#\n]*)"
)
WITH_VALUE = frozenset((
    "-r", "--requirement", "-c", "--constraint", "-f", "--find-links", "-i", "--index-url", "--extra-index-url",
    "-t", "--target", "--channel", "-n", "--name", "--prefix", "-p",
))  # fmt: skip
_WORD = re.compile(r"\"[^\"]*\"|'[^']*'|[^\s\"']+")


@dataclass(frozen=True)
class Installed:
    """One thing that is installed."""

    cell: int
    line: int
    """In the cell's source, from 1."""
    start: int
    """Column of ``word`` in its line."""
    word: str
    """As it is written, quotes left out."""
    quoted: bool
    editable: bool
    conda: bool
    index: bool
    """Whether it comes from an index of its own."""

    @property
    def name(self) -> str:
        """The distribution's name as it is written, empty where it is a place."""
        found = re.match(r"^[A-Za-z0-9][\w.-]*", self.word)
        return found.group() if found and not self.is_place else ""

    @property
    def is_place(self) -> bool:
        """Whether it is a folder, a file or an address."""
        return bool(
            re.match(r"^(?:[.~/]|\$|\{|[A-Za-z]:\\|(?:git\+)?\w+://|git@)", self.word)
            or self.word.endswith((".whl", ".tar.gz", ".zip"))
            or "://" in self.word
        )

    @property
    def is_pinned(self) -> bool:
        """Whether it says which version, or up to which."""
        return bool(re.search(r"===?|~=|<|@", self.word)) or (self.conda and "=" in self.word)


def installs_of(cells: Iterable[Cell]) -> Iterator[Installed]:
    """Yield what is installed, in order."""
    for cell in cells:
        if "install" not in cell.source:
            continue
        shell = cell.source.lstrip().startswith(("%%bash", "%%sh", "%%!", "%%system"))
        for number, line in enumerate(cell.source.split("\n"), 1):
            found = COMMAND.match(line)
            if found and (shell or line.lstrip().startswith(("!", "%")) or line.lstrip().startswith("pip ")):
                yield from _words(cell.index, number, found)


def _words(cell: int, line: int, found: re.Match[str]) -> Iterator[Installed]:
    skip = editable = False
    conda = found["tool"] in {"conda", "mamba", "micromamba"}
    index = "index-url" in found["rest"]
    for each in _WORD.finditer(found["rest"]):
        text = each.group()
        if text in {"&&", ";", "|", ">", "||"} or text.startswith((">", "2>", "&")):
            return
        if skip:
            skip = False
        elif text in {"-e", "--editable"}:
            editable = True
        elif text.startswith("-"):
            skip = text in WITH_VALUE or (conda and text == "-c")
        else:
            quoted = text[0] in "\"'"
            place = found.start("rest") + each.start() + quoted
            yield Installed(cell, line, place, text.strip("\"'").rstrip(";"), quoted, editable, conda, index)
            editable = False
