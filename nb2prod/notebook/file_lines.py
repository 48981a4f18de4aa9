"""A line of a cell to its line in the text of the ``.ipynb`` file, which is what tools for text files point at."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nb2prod.notebook.json_places import Place, find_places
from nb2prod.notebook.rewriting import BYTE_ORDER_MARK, DEPTH


class FileLines:
    """The lines of one file. Of a file that is no notebook of nbformat 4, there is only the first."""

    def __init__(self, path: Path) -> None:
        """Read the file."""
        self._text = ""
        self._cells: Sequence[tuple[Place, Mapping[str, Any]]] = ()
        try:
            text = path.read_text(encoding="utf-8").removeprefix(BYTE_ORDER_MARK)
            document = json.loads(text)
            places = find_places(text, DEPTH).members["cells"].elements
            pairs = list(zip(places, document["cells"], strict=True))
            self._cells = [(place, cell) for place, cell in pairs if cell.get("cell_type") == "code"]
            self._text = text
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, IndexError):
            return

    def line(self, cell: int | None, line: int | None) -> int:
        """Return the line in the file, from 1, of a line in a code cell; of the cell, or of the file, without one."""
        if cell is None or cell >= len(self._cells):
            return 1
        place, read = self._cells[cell]
        source = place.members.get("source")
        if source is None or not line:
            return self._line_of(place.start)
        passed = 0
        for element, text in zip(source.elements, read["source"] if source.elements else (), strict=False):
            passed += str(text).count("\n")
            if passed >= line or element is source.elements[-1]:
                return self._line_of(element.start)
        return self._line_of(source.start)

    def _line_of(self, at: int) -> int:
        return self._text.count("\n", 0, at) + 1
