"""A notebook's cells run for real, as a sweep would: each run by itself, or what runs share only once."""

from __future__ import annotations

import contextlib
import io
import os
import random
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from nb2prod.sweeps.model import Branch
from tests.analysis.soundness.running import snapshot

OURS = ("__name__", "__builtins__", "__warningregistry__")


@dataclass
class Trace:
    """What one run left behind each of its cells."""

    printed: list[str] = field(default_factory=list)
    """Of each cell; what it raised is there too."""
    states: list[dict[str, str]] = field(default_factory=list)
    end: dict[str, str] = field(default_factory=dict)


@dataclass
class Process:
    """What stands for a kernel: a namespace, and generators that nobody has seeded."""

    cells: Sequence[str]
    injected: int
    entropy: int
    namespace: dict[str, Any] = field(default_factory=lambda: {"__name__": "__main__"})
    trace: Trace = field(default_factory=Trace)
    given: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        random.seed(self.entropy)
        np.random.seed(self.entropy)
        os.environ.pop("NB2PROD_TEST", None)

    def set(self, values: Mapping[str, Any]) -> None:
        """Give swept names their values: those that they do not have already."""
        self.namespace.update({name: value for name, value in values.items() if self.given.get(name) != value})
        self.given.update(values)

    def run(self, start: int, stop: int, values: Mapping[str, Any]) -> None:
        """Run cells, the injected one included where it stands among them."""
        for index in range(start, stop):
            if index == self.injected:
                self.set(values)
            self._run_cell(self.cells[index])

    def _run_cell(self, source: str) -> None:
        said = io.StringIO()
        with contextlib.redirect_stdout(said), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                exec(compile(source, "<cell>", "exec"), self.namespace)
            except Exception as error:
                said.write(f"{type(error).__name__}: {error}")
        self.trace.printed.append(without_addresses(said.getvalue()))
        self.trace.states.append(self._state())

    def _state(self) -> dict[str, str]:
        held = {
            name: value
            for name, value in self.namespace.items()
            if name not in OURS and not isinstance(value, io.IOBase)
        }
        return {name: without_addresses(repr(snapshot(value))) for name, value in held.items()}

    def ended(self) -> Trace:
        """Return the trace, with the state at the end: a run may have all of its cells from others."""
        self.trace.end = self._state()
        return self.trace


def without_addresses(text: str) -> str:
    """Return a text without the places of objects in memory, which no two processes have in common."""
    return re.sub(r"0x[0-9a-f]+", "0x", text)


def independent(
    cells: Sequence[str], injected: int, rows: Sequence[Mapping[str, Any]], folder: Path
) -> Sequence[Trace]:
    """Run each row by itself, one behind the other in the same folder."""
    traces = []
    for number, row in enumerate(rows):
        process = Process(cells, injected, number)
        with contextlib.chdir(folder):
            process.run(0, len(cells), row)
        traces.append(process.ended())
    return traces


def sharing(
    cells: Sequence[str], injected: int, rows: Sequence[Mapping[str, Any]], tree: Branch, fresh: Path
) -> Sequence[Trace]:
    """Run each row as a fork of what it shares would: the shared cells with the values of the first of those runs."""
    traces: dict[int, Trace] = {}
    for number in range(len(rows)):
        process = Process(cells, injected, 99)
        with contextlib.chdir(fresh):
            Path("data.txt").write_text("1")
            Path("other.txt").unlink(missing_ok=True)
            _follow(process, tree, number, rows)
        traces[number] = process.ended()
    return [traces[number] for number in range(len(rows))]


def _follow(process: Process, branch: Branch, number: int, rows: Sequence[Mapping[str, Any]]) -> None:
    values = rows[branch.runs[0]]
    if branch.start > process.injected:
        process.set(values)
    process.run(branch.start, branch.stop, values)
    for each in branch.branches:
        if number in each.runs:
            _follow(process, each, number, rows)
