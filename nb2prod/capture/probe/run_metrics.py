"""In the kernel of a plain run: the numbers that evaluation makes and shows go into a file, cell by cell."""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path
from typing import Any

from .as_json import is_a
from .evaluation_numbers import measures, of_report
from .showing import Showing


class RunMetrics:
    """Watches for numbers and for nothing else: a run is to cost what it costs without being watched."""

    def __init__(self, shell: Any, request: dict[str, Any]) -> None:
        self.shell = shell
        self.request = request
        self.by_source = {cell["source"]: cell["index"] for cell in request["shown"]}
        shown = {cell["index"]: cell["statements"] for cell in request["shown"]}
        self.showing = Showing(shown, __name__.split(".")[0])
        self.metrics: dict[str, float] = {}

    def begin(self) -> None:
        """Put the hooks in place."""
        if self.by_source:
            self.shell.ast_transformers.append(self.showing)
            self.shell.events.register("pre_run_cell", self.cell_begins)

    def write_to(self, file: str) -> None:
        """Write into another file from here on: this is a fork of the kernel that was asked first."""
        self.request["file"] = file
        self._write()

    def cell_begins(self, info: Any = None) -> None:
        """Have what this cell shows handed over."""
        self.showing.index = self.by_source.get(getattr(info, "raw_cell", None))

    def note(self, name: str, value: Any, report: Any = None) -> Any:
        """Take a number that the notebook shows without keeping it; return it."""
        try:
            if report is not None:
                self._measure(name, of_report(report()))
            elif not is_a(value, "pandas", "DataFrame", "Series"):
                self._measure(name, value)
        except Exception:  # whatever a value of the notebook's does when it is looked at
            pass
        return value

    def after_cell(self, index: int) -> None:
        """Take the variables that evaluation has made in this cell, and write what is known."""
        for name in self.request["names"].get(str(index), ()):
            if name in self.shell.user_ns:
                try:
                    self._measure(name, self.shell.user_ns[name])
                except Exception:
                    continue
        self._write()

    def finish(self) -> None:
        """Take everything off again."""
        self._write()
        if self.showing in self.shell.ast_transformers:
            self.shell.ast_transformers.remove(self.showing)
        if self.cell_begins in self.shell.events.callbacks["pre_run_cell"]:
            self.shell.events.unregister("pre_run_cell", self.cell_begins)

    def _measure(self, name: str, value: Any) -> None:
        self.metrics = {each: number for each, number in self.metrics.items() if each.split(".")[0] != name}
        self.metrics.update({called: number for called, _, number in measures(name, value)})

    def _write(self) -> None:
        known = {"metrics": self.metrics, "versions": self._versions()}
        file = Path(self.request["file"])
        part = file.with_suffix(".part")
        try:
            part.write_text(json.dumps(known), encoding="utf-8")
            part.replace(file)
        except OSError:
            return

    def _versions(self) -> dict[str, str]:
        found = {"python": platform.python_version()}
        for name in self.request["imports"]:
            version = getattr(sys.modules.get(name), "__version__", None)
            if isinstance(version, str):
                found[name] = version
        return found
