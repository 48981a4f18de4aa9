"""The probe's way through a run: it is put in place, sees each cell begin and end, and writes down what it saw."""

# ruff: noqa: PTH109, PTH113, PTH118
# os.path: the notebook may have changed into another folder, and the audit hook must stay cheap.
from __future__ import annotations

import ast
import json
import math
import os
import platform
import sys
import time
from collections.abc import Iterable
from typing import Any

from . import memory, random_state
from .answers import Interview
from .as_json import is_a, loaded
from .distributions import distributions, imported_since
from .evaluation_numbers import measures, of_report
from .fingerprints import Watch
from .moments import Moments, keep
from .outside_world import OutsideWorld
from .raw_rows import RawRows
from .seeds import SeedWatch
from .showing import Showing
from .values import describe, save_pickled, write_whole

NATIVE_READERS = (
    "pyarrow",
    "polars",
    "duckdb",
    "h5py",
    "tables",
    "cv2",
    "netCDF4",
    "rasterio",
    "fiona",
    "xgboost",
    "lightgbm",
    "catboost",
    "cudf",
    "SimpleITK",
    "soundfile",
    "decord",
    "av",
    "zarr",
)
"""Libraries that open files in compiled code, where Python's audit hook does not see it."""

TAKE = "__import__('sys').modules['{}'].session.take({{}})"
"""What is run in the middle of a cell to take a value there."""


class Session:
    """One run. ``request`` is what :func:`nb2prod.capture.capture` sends; all that it writes goes below ``folder``."""

    def __init__(self, shell: Any, request: dict[str, Any]) -> None:
        self.shell = shell
        self.request = request
        self.folder: str = request["folder"]
        self.cells = request["cells"]
        self.trees = {cell["index"]: _parsed(cell["code"]) for cell in self.cells}
        self.names = {index: _names(tree) for index, tree in self.trees.items()}
        self.stored = {index: _names(tree, ast.Store) for index, tree in self.trees.items()}
        self.world = OutsideWorld(os.getcwd(), self.folder)
        self.seeds = SeedWatch()
        self.objects = Watch()
        shown = {cell["index"]: cell.get("shown", ()) for cell in self.cells}
        self.showing = Showing(shown, __name__.split(".")[0])
        expressions = (each for items in shown.values() for item in items for each in item["expressions"])
        self.shown = {text for name, text, _ in expressions if name != text}
        self.problems: list[str] = []
        self.runs: list[dict[str, Any]] = []
        self.values: dict[str, dict[str, Any]] = {}
        self.metrics: dict[str, dict[str, tuple[str, float]]] = {}
        self.types: dict[str, set[Any]] = {}
        self.ids: dict[str, int] = {}
        self.answers: dict[str, Any] | None = None
        self.answers_problems: list[str] = []
        wanted = request.get("raw")
        self.raw = RawRows(wanted, shell.user_ns) if wanted else None
        self.kept = (request.get("inference") or {}).get("moments", [])
        self.measured = request.get("measured", [])
        self.asked = [*self.kept, *self.measured, *(wanted["moments"] if wanted else ())]
        self.moments = Moments(self.asked, self._current_cell, TAKE.format(__package__))
        self.modules: set[str] = set()
        self.expected = 0
        self.current: dict[str, Any] | None = None
        self.depth = 0

    def begin(self) -> None:
        """Put hooks and watches in place."""
        self.world.install()
        self.seeds.put_on()
        self.modules = set(sys.modules)
        self.shell.ast_transformers += [self.moments, self.showing]  # moments first: they tell statements by their text
        self.shell.events.register("pre_run_cell", self.cell_begins)
        self.shell.events.register("post_run_cell", self.cell_ends)

    def cell_begins(self, info: Any = None) -> None:
        """Take the measures before a cell; cells that a magic runs inside one do not count."""
        self._guarded(self._begin_cell, info)

    def cell_ends(self, result: Any = None) -> None:
        """Take the measures behind a cell."""
        self._guarded(self._end_cell, time.perf_counter())

    def _begin_cell(self, info: Any) -> None:
        self.depth += 1
        if self.depth > 1:
            return
        source = getattr(info, "raw_cell", None)
        index = None
        for place in range(self.expected, len(self.cells)):
            if self.cells[place]["source"] == source:
                index, self.expected = self.cells[place]["index"], place + 1
                break
        memory.reset_peak()
        self.current = {"index": index, "seeds": len(self.seeds.calls)}
        self.showing.index = index
        self.seeds.expect()
        self.world.on = True
        self.current["began"] = time.perf_counter()

    def _end_cell(self, ended: float) -> None:
        self.depth = max(0, self.depth - 1)
        if self.depth or self.current is None:
            return
        self.world.on = False
        current, self.current = self.current, None
        self.showing.index = None
        seeded = tuple(self.seeds.calls[current["seeds"] :])
        run = {
            "index": current["index"],
            "seconds": ended - current["began"],
            "peak_memory_mb": memory.peak_mb(),
            "random_use": sorted(self.seeds.drawn | set(random_state.moved(self.seeds.expected, seeded))),
        }
        names = self.names.get(current["index"], set())
        run["changed"], run["unchanged"] = self.objects.look(self.shell.user_ns, names, run["seconds"])
        if current["index"] is not None:
            self.runs.append(run)

    def _current_cell(self) -> int | None:
        return self.current["index"] if self.current is not None else None

    def take(self, number: int) -> None:
        """Take a value that was asked for, in the middle of a cell."""
        own = [*self.kept, *self.measured]
        if number < len(self.kept):
            keep(self.kept[number], self.shell.user_ns)
        elif number < len(own):
            name = own[number]["name"]
            self._guarded(self._measure, name, self.shell.user_ns.get(name))
        elif self.raw is not None:
            self.raw.take(number - len(own))

    def after_cell(self, index: int) -> None:
        """Take metrics and types as the cell left them; ask the inference section where it ends here."""
        namespace = self.shell.user_ns
        for name in self.request["types"]:
            if name in namespace and self._touched(index, name):
                self._guarded(self._describe, name, namespace[name])
        for name in self.request["metrics"]:
            if name in namespace and self._counts_for_metric(index, name):
                self._guarded(self._measure, name, namespace[name])
        for name in (*self.request["types"], *self.request["metrics"]):
            self.ids[name] = id(namespace.get(name))
        wanted = self.request.get("inference")
        if wanted and wanted["after_cell"] == index:
            self._guarded(self._save_artifacts, wanted, namespace)
            self._guarded(self._interview, wanted, namespace)
            self.objects.forget()
        if wanted and self.raw is not None and self.raw.wanted["inference"]["after_cell"] == index:
            self._guarded(self._save_artifacts, self.raw.wanted["inference"], namespace)
            self._guarded(self.raw.prove, wanted)
            self.objects.forget()

    def _touched(self, index: int, name: str) -> bool:
        namespace = self.shell.user_ns
        return name in self.names.get(index, ()) or self.ids.get(name) != id(namespace.get(name))

    def _counts_for_metric(self, index: int, name: str) -> bool:
        """A metric is what evaluation made of it; later cells may reuse its name."""
        evaluating = [
            c["index"] for c in self.cells if c["section"] == "evaluation" and name in self.stored[c["index"]]
        ]
        section = next((cell["section"] for cell in self.cells if cell["index"] == index), None)
        return self._touched(index, name) and (not evaluating or section == "evaluation")

    def _describe(self, name: str, value: Any) -> None:
        self.types.setdefault(name, set()).add(type(value))
        known = self.values.get(name, {})
        if not known.get("pickled"):  # an artifact is what it was where inference asked it
            info = describe(name, value)
            if "columns" in info:
                info["columns"] = list(dict.fromkeys([*known.get("columns", ()), *info["columns"]]))
            self.values[name] = info

    def _measure(self, name: str, value: Any) -> None:
        found = [each for each in measures(name, value) if math.isfinite(each[2])]  # a service is held to numbers
        self.metrics[name] = {called: (text, number) for called, text, number in found if text not in self.shown}

    def note(self, name: str, value: Any, report: Any = None) -> Any:
        """Take a number that the notebook shows without keeping it; return it. What makes a dict of a report that is
        a text is called for it."""
        if report is not None:
            self._guarded(lambda: self._measure(name, of_report(report())))
        elif not is_a(value, "pandas", "DataFrame", "Series"):  # a view of what a variable holds, most often
            self._guarded(self._measure, name, value)
        return value

    def _save_artifacts(self, wanted: dict[str, Any], namespace: dict[str, Any]) -> None:
        for name in wanted["artifacts"]:
            if self.values.get(name, {}).get("pickled"):
                continue
            if name not in namespace:
                self.problems.append(f"There is no variable {name!r} behind the inference section.")
                continue
            info = describe(name, namespace[name])
            save_pickled(info, namespace[name], self.folder)
            self.values[name] = info

    def _interview(self, wanted: dict[str, Any], namespace: dict[str, Any]) -> None:
        self.answers = Interview(wanted, namespace, self.answers_problems).hold()
        if self.answers is not None:  # people know the table, not our copy of it
            known = {moment["name"]: moment["expression"] for moment in self.kept}
            self.answers["drawn_from"] = known.get(self.answers["drawn_from"], self.answers["drawn_from"])

    def _guarded(self, work: Any, *args: Any) -> None:
        """Run ``work``; what it raises is a problem to report, never the notebook's."""
        try:
            work(*args)
        except Exception as error:
            subject = args[0] if args and isinstance(args[0], str) else work.__name__.strip("_")
            self.problems.append(f"The probe failed at {subject}: {type(error).__name__}: {error}")

    def finish(self) -> None:
        """Take everything off again and write the evidence."""
        self.world.on = False
        for event, hook in (("pre_run_cell", self.cell_begins), ("post_run_cell", self.cell_ends)):
            if hook in self.shell.events.callbacks[event]:
                self.shell.events.unregister(event, hook)
        for transformer in (self.moments, self.showing):
            if transformer in self.shell.ast_transformers:
                self.shell.ast_transformers.remove(transformer)
        self.seeds.take_off(self.shell.user_ns)
        self._guarded(self._note_native_reading)
        self._guarded(self._take_glue)
        for name, types in self.types.items():
            if name in self.values:
                self.values[name]["varied"] = len(types) > 1
        evidence = {
            "python": {
                "version": platform.python_version(),
                "implementation": platform.python_implementation(),
                "executable": sys.executable,
                "platform": platform.platform(),
            },
            "cells": self.runs,
            "distributions": self._distributions(),
            "files_read": self.world.files_read(),
            "files_written": self.world.files_written(),
            "hosts": self.world.hosts(),
            "seeds": list(dict.fromkeys(self.seeds.calls)),
            "metrics": {name: value for found in self.metrics.values() for name, (_, value) in found.items()},
            "metric_texts": {name: text for found in self.metrics.values() for name, (text, _) in found.items()},
            "values": self.values,
            "answers": self.answers,
            "raw": self.raw.result if self.raw is not None else None,
            "problems": list(dict.fromkeys([*self.problems, *self.answers_problems])),
            "answers_problems": self.answers_problems,
        }
        write_whole(os.path.join(self.folder, "evidence.json"), json.dumps(evidence).encode("utf-8"))

    def _distributions(self) -> dict[str, Any]:
        names, files = imported_since(self.modules, self.world.folder)
        names |= {name for tree in self.trees.values() for name in _imports(tree) if name in sys.modules}
        full = {name: getattr(loaded(name), "__file__", "") or "" for name in files}
        own = {name: path for name, path in files.items() if not self.world.wrote(full[name])}
        return distributions(names, own)

    def _note_native_reading(self) -> None:
        if not any(loaded(name) for name in NATIVE_READERS):
            return
        for tree in self.trees.values():
            for text in texts_of(tree):
                if os.path.isfile(text):
                    self.world.note_reading(text)

    def _take_glue(self) -> None:
        """scrapbook keeps no record in the kernel: glued numbers are found in the calls' first two arguments."""
        if loaded("scrapbook") is None:
            return
        for tree in self.trees.values():
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and _called(node) == "glue" and len(node.args) >= 2:
                    label, value = node.args[:2]
                    if isinstance(label, ast.Constant) and isinstance(label.value, str):
                        self._glued(label.value, value)

    def _glued(self, label: str, node: ast.expr) -> None:
        if isinstance(node, ast.Constant):
            self._measure(label, node.value)
        elif isinstance(node, ast.Name) and node.id in self.shell.user_ns:
            self._measure(label, self.shell.user_ns[node.id])


def texts_of(tree: ast.AST) -> Iterable[str]:
    """Yield the string constants in the code that could be paths."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
            if 0 < len(text) < 1000 and "\0" not in text and "\n" not in text:
                yield text


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _parsed(code: str) -> ast.AST:
    try:
        return ast.parse(code)
    except SyntaxError:
        return ast.Module(body=[], type_ignores=[])


def _names(tree: ast.AST, context: type = ast.expr_context) -> set[str]:
    """Return the names in the code; functions, classes and imports bind theirs too."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, context):
            found.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name):
            found.add(node.value.id)
    return found


def _imports(tree: ast.AST) -> Iterable[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield name.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]
