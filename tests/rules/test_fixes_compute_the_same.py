"""All safe fixes over all examples of rules: what a notebook prints and what its variables are stay as they were."""

from __future__ import annotations

import contextlib
import io
import os
import pdb
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy
import pytest

from nb2prod.notebook.read import draft_of
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.model import Fixing
from nb2prod.workflows.fixing import mend
from tests.rules.examples import FOLDER, example

SAFE = [each for each in known_rules() if each.rule.fixing is Fixing.SAFE]
SEEDING = {"NB201", "NB202", "NB203"}
"""Those whose fix gives other draws."""
PLAIN = (bool, int, float, str, bytes, type(None))
HEAVY = (
    "torch",
    "tensorflow",
    "keras",
    "transformers",
    "requests",
    "urllib",
    "input(",
    "sleep",
    "cuda",
    "download",
    "SearchCV",
    "cross_val",
)
"""What takes long, or goes out."""
ADDRESS = re.compile(r" at 0x[0-9a-f]+")
Seen = tuple[str, dict[str, object]]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run in a folder where nothing is, without debuggers, and leave what examples change as it was."""
    monkeypatch.setattr(sys, "breakpointhook", lambda: None)
    monkeypatch.setattr(pdb, "set_trace", lambda: None)
    monkeypatch.setattr(sys, "path", [*sys.path])
    with contextlib.chdir(tmp_path):
        kept = dict(os.environ)
        yield
        os.environ.clear()
        os.environ.update(kept)


def run(document: dict[str, Any]) -> dict[str, Seen]:
    """Return what each cell that can be run here prints, and the plain variables behind it, by the cell's id."""
    names: dict[str, Any] = {"__name__": "__main__"}
    random.seed(1)
    numpy.random.seed(1)
    seen = {}
    for cell in draft_of(document, Path("n.ipynb")).cells:
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
                exec(compile(cell.code, "cell", "exec", dont_inherit=True), names)
        except (Exception, SystemExit):  # a file or a library that is not here
            continue
        text = ADDRESS.sub("", printed.getvalue())
        seen[cell.id] = text, {name: each for name, each in names.items() if isinstance(each, PLAIN)}
    return seen


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_what_is_mended_prints_and_computes_what_it_did(path: Path) -> None:
    document = example(path).document
    if any(each in path.read_text(encoding="utf-8") for each in HEAVY):
        return
    mended = mend(document, Path("n.ipynb"), SAFE)
    if not mended.fixed:
        return
    before, after = run(document), run(mended.after.document)
    assert before.keys() <= after.keys(), "a cell runs no more"
    if not SEEDING & {each.found.rule.code for each in mended.fixed}:
        for cell, (printed, values) in before.items():
            assert after[cell][0] == printed
            assert {name: after[cell][1].get(name) for name in values} == values
