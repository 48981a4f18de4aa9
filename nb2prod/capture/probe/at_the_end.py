"""A kernel that has run the notebook to its end goes in, with a request; nothing was watched, and what is asked for is
still there. This is done in a copy of the kernel's process, which need not be put back."""

# ruff: noqa: PTH100, PTH112, PTH116, PTH118
from __future__ import annotations

import ast
import os
import re
from typing import Any

from . import random_state
from .named_files import named_files
from .session import Session, texts_of
from .standing import CLOCK

LISTING = re.compile(
    "DatasetFolder|ImageFolder|iterdir|listdir|load_files|read_parquet|scandir|walk|(flow|dataset)_from_directory|"
    "(image|text)_dataset_from_directory"
)
"""Functions that read whatever is in a folder."""
PATTERNS = re.compile("r?glob|iglob")
WRITING = re.compile("to_.+|(im)?save.*|dump|write.*|export.*|mkdir|makedirs|urlretrieve|download.*")
"""Functions that write a file whose name they are given."""
MOST_TOLD = 5
MOST_PARTS = 20
LONGEST = 1_000


class AtTheEnd(Session):
    """What a run would have seen on its way, as far as it can still be seen. ``request`` has no moments but those whose
    values are what they were; those with ``again`` are had by running that statement once more."""

    def answer(self) -> None:
        """Take everything that is asked for and write the evidence."""
        namespace = self.shell.user_ns
        for number, moment in enumerate(self.asked):
            if moment["again"]:
                self._guarded(self._read_again, number, moment)
            else:
                self.take(number)
        for name in self.request["types"]:
            if name in namespace:
                self._guarded(self._describe, name, namespace[name])
        for name in self.request["metrics"]:
            if name in namespace:
                self._guarded(self._measure, name, namespace[name])
        self._guarded(self._show_again)
        for name in self.request["gone"]:
            namespace.pop(name, None)
        for cell in sorted({wanted["after_cell"] for wanted in self._interviews()}):
            self.after_cell(cell)
        self._guarded(self._note_named_files)
        self.finish()

    def _interviews(self) -> list[dict[str, Any]]:
        raw = self.request.get("raw")
        return [each for each in (self.request.get("inference"), raw and raw["inference"]) if each]

    def _read_again(self, number: int, moment: dict[str, Any]) -> None:
        """Take the value as the statement gives it, whatever became of the variable since."""
        namespace = self.shell.user_ns
        held = dict(namespace)
        exec(compile(moment["again"], "<nb2prod reading>", "exec", dont_inherit=True), namespace)
        self.take(number)
        value = namespace.get(moment["name"])
        namespace.update(held)
        if value is not None:
            namespace[moment["name"]] = value

    def _show_again(self) -> None:
        """Compute the numbers that the notebook shows without keeping them; not those that chance has a part in."""
        for cell in self.cells:
            for name, text, report in (each for shown in cell["shown"] for each in shown["expressions"]):
                states, before = random_state.states(), random_state.fingerprints()
                self._guarded(self._show, name, text, report)
                if random_state.moved(before):
                    self.metrics.pop(name, None)
                random_state.restore(states)

    def _show(self, name: str, text: str, report: str) -> None:
        namespace = self.shell.user_ns
        self.note(name, eval(text, namespace), (lambda: eval(report, namespace)) if report else None)

    def _note_named_files(self) -> None:
        """Count the files as read that the notebook names, but those that it writes; tell of those that are newer."""
        trees = list(self.trees.values())
        names = sorted({name for stored in self.stored.values() for name in stored} & set(self.shell.user_ns))
        values = [self.shell.user_ns[name] for name in names]
        texts = [text for tree in trees for text in texts_of(tree)]
        patterns = [text for tree in trees for text in _given(tree, PATTERNS)]
        listed = [each for tree in trees for call in _calls(tree, LISTING) for each in self._named_in(call)]
        written = {each for tree in trees for call in _calls(tree, WRITING) for each in self._places_in(call)}
        newer = []
        for path in named_files(texts, values, patterns, listed):
            if path in written:
                continue
            self.world.note_reading(path)
            if self.world.counts(path) and _changed(path) > self.request["since"] + CLOCK > CLOCK:
                newer.append(os.path.relpath(path))
        if newer:
            self.problems.append(
                f"{_listed(newer)}: newer than the running kernel; if the notebook has read what was there before, run "
                "it afresh"
            )
        found = [record["path"] for record in self.world.files_read() if record["inside"]]
        if found:
            self.problems.append(f"found by their names, and taken along as what the notebook reads: {_listed(found)}")

    def _note_native_reading(self) -> None:
        """Do nothing: all files that are named were noted."""

    def _named_in(self, call: ast.Call) -> list[str]:
        """Return the texts, and those that variables hold, in a call."""
        found = []
        for node in ast.walk(call):
            value = node.value if isinstance(node, ast.Constant) else None
            if isinstance(node, ast.Name):
                value = self.shell.user_ns.get(node.id)
            if isinstance(value, (str, os.PathLike)):
                found.append(str(value))
        return found

    def _places_in(self, call: ast.Call) -> list[str]:
        """Return the paths that a call names: below the folders that it names, if it names any."""
        texts = [text for text in self._named_in(call) if len(text) < LONGEST][:MOST_PARTS]
        folders = [text for text in texts if os.path.isdir(text)] or [""]
        return [os.path.abspath(os.path.join(folder, text)) for folder in folders for text in texts]


def _calls(tree: ast.AST, names: re.Pattern[str]) -> list[ast.Call]:
    """Return the calls of functions with such names; of ``open``, those that write."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if names.fullmatch(_name(call)) or (names is WRITING and _opens_to_write(call))]


def _name(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def _opens_to_write(call: ast.Call) -> bool:
    given = [*call.args[1:], *(each.value for each in call.keywords if each.arg == "mode")]
    modes = [each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return _name(call) == "open" and any(letter in mode for mode in modes[:1] for letter in "wax")


def _given(tree: ast.AST, names: re.Pattern[str]) -> list[str]:
    """Return the texts in what the calls are given."""
    given = [node for call in _calls(tree, names) for each in call.args for node in ast.walk(each)]
    return [node.value for node in given if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def _changed(path: str) -> float:
    """Return when a file was put there, or its content changed, in seconds since 1970."""
    said = os.stat(path)
    return max(said.st_mtime, said.st_ctime)  # what is unpacked or copied may say that it is old


def _listed(paths: list[str]) -> str:
    more = f" and {len(paths) - MOST_TOLD} more" if len(paths) > MOST_TOLD else ""
    return ", ".join(f"`{path}`" for path in paths[:MOST_TOLD]) + more
