"""What to do inside a kernel goes in; the code that does it there comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

_CODE = """
(lambda scope: exec({source!r}, scope))({{}})
"""
_TAIL = """
import json, os
from IPython import get_ipython
said = {function}(get_ipython().kernel, *{arguments!r})
with open({answer!r} + ".new", "w", encoding="utf-8") as file:
    json.dump(said, file)
os.replace({answer!r} + ".new", {answer!r})
"""


@dataclass(frozen=True)
class Call:
    """A function of one of the files in ``inside/``, which is called with the kernel and these arguments."""

    file: str
    function: str
    arguments: tuple[object, ...] = ()

    def code(self, answer: Path) -> str:
        """Return code that calls it, writes what it gives into the file ``answer``, as JSON, and leaves no name."""
        source = files("nb2prod.runs.forking.inside").joinpath(f"{self.file}.py").read_text(encoding="utf-8")
        tail = _TAIL.format(answer=str(answer), function=self.function, arguments=self.arguments)
        return _CODE.format(source=source + tail)


def begin() -> Call:
    """Remember how the kernel stands."""
    return Call("obstacles", "begin")


def look() -> Call:
    """Say what stands against a fork, and which generators are unseeded."""
    return Call("obstacles", "found")


def branch_off(folder: Path, name: str, unseeded: Sequence[str]) -> Call:
    """Have the kernel's process copied soon."""
    return Call("branching", "branch_off", (str(folder), name, list(unseeded)))


def reap(pid: int) -> Call:
    """Say how a copy has ended, as :func:`os.waitstatus_to_exitcode` does, or ``None`` where that is not known."""
    return Call("branching", "reap", (pid,))


def set_parameters(code: str, source: str, count: int | None) -> Call:
    """Run ``code`` in a copy, and put the source of an injected cell where the ``count``-th input was."""
    return Call("branching", "set_parameters", (code, source, count))
