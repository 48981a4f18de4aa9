"""A kernel that has run the notebook to its end goes in, with a request; nothing was watched, and what is asked for is
still there. This is done in a copy of the kernel's process, which need not be put back."""

# ruff: noqa: PTH204
from __future__ import annotations

import ast
import os
from typing import Any

from . import random_state
from .named_files import named_files
from .session import Session, texts_of

LISTING = frozenset(
    {
        "DatasetFolder",
        "ImageFolder",
        "flow_from_directory",
        "image_dataset_from_directory",
        "iterdir",
        "listdir",
        "load_files",
        "read_parquet",
        "scandir",
        "text_dataset_from_directory",
        "walk",
    }
)
"""Functions that read whatever is in a folder."""
MOST_TOLD = 3


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
        """Count the files as read that the notebook names, but those that were written since the kernel was started."""
        trees = list(self.trees.values())
        names = {name for stored in self.stored.values() for name in stored}
        values = [self.shell.user_ns[name] for name in sorted(names) if name in self.shell.user_ns]
        texts = [text for tree in trees for text in texts_of(tree)]
        written = []
        for path in named_files(texts, values, any(_lists_folders(tree) for tree in trees)):
            if os.path.getmtime(path) < self.request["since"] or not self.request["since"]:
                self.world.note_reading(path)
            elif self.world.counts(path):
                written.append(os.path.relpath(path))
        if written:
            more = f" and {len(written) - MOST_TOLD} more" if len(written) > MOST_TOLD else ""
            self.problems.append(
                f"{', '.join(written[:MOST_TOLD])}{more}: written since the kernel was started, so taken for what the "
                "notebook writes and not for data that it reads."
            )


def _lists_folders(tree: ast.AST) -> bool:
    """Say whether the code reads whatever is in a folder."""
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(getattr(each, "attr", getattr(each, "id", "")) in LISTING for each in called)
