"""What a cell's messages bring goes in; outputs come out, joined, bounded, and marked where something is left out."""

from __future__ import annotations

from typing import Any

STREAM_LIMIT = 10_000_000
"""Characters of printed text that are kept for one cell: 100,000 lines of 100."""
DATA_LIMIT = 100_000_000
"""Characters of pictures, tables and the like that are kept for one cell."""
OUTPUTS_LIMIT = 10_000
"""Outputs that are kept for one cell."""
CUT_TEXT = "\n[more was printed and is not kept]\n"
CUT_OUTPUTS = "[more was shown and is not kept]\n"


class CellOutputs:
    """Keeps account of one cell's outputs.

    What is printed in a row is one output, whatever number of messages it came in: its pieces are collected here and
    put together by :meth:`settle`.
    """

    cut = False
    """Whether something was left out."""
    _stream: Any = None
    _printed = 0
    _shown = 0

    def __init__(self) -> None:
        self._pieces: list[str] = []

    def room_for_text(self, text: str) -> str:
        """Return what is to be kept of a printed text, with a mark where that is not all of it."""
        kept = self._printed
        self._printed += len(text)
        if self._printed <= STREAM_LIMIT:
            return text
        first, self.cut = not self.cut, True
        return text[: max(0, STREAM_LIMIT - kept)] + (CUT_TEXT if first else "")

    def room_for_data(self, data: Any, outputs: int) -> bool:
        """Say whether an output with this data is to be kept beside the others."""
        self._shown += sum(len(value) for value in data.values() if isinstance(value, str))
        return self._shown <= DATA_LIMIT and outputs < OUTPUTS_LIMIT

    def goes_on(self, outputs: list[Any], name: str, text: str) -> bool:
        """Take ``text`` in if the last output is what this stream has printed; else say no."""
        if self._stream is None or not outputs or outputs[-1] is not self._stream or self._stream["name"] != name:
            return False
        self._pieces.append(text)
        return True

    def opened(self, stream: Any) -> None:
        """Have what is printed next put behind this output."""
        self.settle()
        self._stream, self._pieces = stream, [stream["text"]]

    def settle(self) -> None:
        """Put together what has been printed."""
        if self._stream is not None and len(self._pieces) > 1:
            self._stream["text"] = "".join(self._pieces)
            self._pieces = [self._stream["text"]]

    def cleared(self) -> None:
        """Begin anew: the notebook has cleared the cell's outputs."""
        self.cut, self._stream, self._printed, self._shown = False, None, 0, 0
