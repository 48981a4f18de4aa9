"""What safe fixes make of a notebook prints and computes what it did: notebooks are run before and after.

Each safe rule has its notebooks in ``mended``: ``RULE.txt`` or ``RULE-WAY.txt``, in the form of the annotated examples,
which run from the top. Above their cells may stand ``files: {...}``, which lie in the folder, and ``otherwise: [...]``,
the names that hold something else afterwards because that is what the fix is for. ``ELSEWHERE`` is a folder that the
rules take for one of this machine alone, with the same files. In ``mended/left`` are notebooks that a fix of the rule
would break: it has to leave them.

What a notebook draws without a seed differs between two runs of it: after the fix two runs are alike, and what did not
differ before is what it was.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from nb2prod.notebook.read import read_document
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.model import Fixing
from nb2prod.rules.reproducibility.absolute_path import ABSOLUTE
from nb2prod.workflows.fixing import Mended, mend
from tests.rules.computing import Computed, computed
from tests.rules.examples import example_of
from tests.rules.planting import FOLDER as PLANTS
from tests.rules.planting import NOTEBOOKS, plant

Document = dict[str, Any]
SAFE = {each.rule.name.replace("-", "_"): each for each in known_rules() if each.rule.fixing is Fixing.SAFE}
SEEDING = {"NB201", "NB202", "NB203"}
"""Those whose fix gives other draws."""
MENDED = Path(__file__).parent / "mended"
RUN = sorted(MENDED.glob("*.txt"))
LEFT = sorted(MENDED.glob("left/*.txt"))
UNRUN = {"untagged_notebook", "unpinned_install"}
"""Plants that leave no section for others, and that go out."""


def rule_of(path: Path) -> str:
    return path.stem.partition("-")[0]


def sources(document: Mapping[str, Any]) -> list[str]:
    return ["".join(each["source"]) for each in document["cells"] if each["cell_type"] == "code"]


def mended(document: Document, path: Path) -> Mended:
    return mend(document, path, SAFE.values())


def codes(after: Mended) -> set[str]:
    return {each.found.rule.code for each in after.fixed}


def said(text: str, what: str, otherwise: Any) -> Any:
    """Return what a line above the cells says."""
    lines = (line for line in text.splitlines() if line.startswith(f"{what}: "))
    return next((json.loads(line.partition(": ")[2]) for line in lines), otherwise)


def printed(run: Computed, document: Mapping[str, Any], origins: Sequence[int | None]) -> dict[int | None, str]:
    """Return what each cell printed, by its place before anything was mended; ``None`` for cells that were added."""
    places = [place for place, cell in enumerate(document["cells"]) if cell["cell_type"] == "code"]
    return {origins[place]: text for place, text in zip(places, run.printed, strict=True)}


def compare(document: Document, result: Mended, folder: Path, otherwise: Sequence[str] = ()) -> int:
    """Run before and after; return how many values and texts are as they were."""
    before, after = (computed(sources(each), folder) for each in (document, result.after.document))
    assert before.failed == "", "a notebook that runs is wanted"
    assert after.failed == "", "a fix broke it"
    was = printed(before, document, range(len(document["cells"])))
    now = printed(after, result.after.document, result.after.origins)
    assert {place: text for place, text in now.items() if place is not None} == was
    kept = {name: value for name, value in before.values.items() if name not in otherwise}
    assert {name: after.values.get(name) for name in kept} == kept
    changed = {name for name in otherwise if after.values.get(name) != before.values.get(name)}
    assert changed == set(otherwise), "what is said to be otherwise is as it was"
    return len(kept) + sum(bool(text.strip()) for text in was.values())


def compare_draws(document: Document, result: Mended, folder: Path) -> int:
    """Run twice before and twice after; return how many values and texts were drawn."""
    first, second = (computed(sources(document), folder) for _ in range(2))
    now, again = (computed(sources(result.after.document), folder) for _ in range(2))
    assert [each.failed for each in (first, second, now, again)] == [""] * 4
    assert now == again, "a seed makes two runs alike"
    steady = {name: value for name, value in first.values.items() if second.values.get(name) == value}
    assert {name: now.values.get(name) for name in steady} == steady
    one, other = (printed(each, document, range(len(document["cells"]))) for each in (first, second))
    told = {place: text for place, text in one.items() if other[place] == text}
    shown = printed(now, result.after.document, result.after.origins)
    assert {place: shown.get(place) for place in told} == told
    return len(first.values) - len(steady) + len(one) - len(told)


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """A folder whose name says that it is one of this machine."""
    places = [Path.home(), *map(Path, ("/mnt", "/data", "/media", "/content", "/workspace"))]
    for place in places:
        if ABSOLUTE.match(f"{place}/folder/file.csv") and os.access(place, os.W_OK):
            with tempfile.TemporaryDirectory(prefix="nb2prod-tests-", dir=place) as folder:
                yield Path(folder)
            return
    pytest.skip("no folder that can be written and whose name is one of this machine, such as a home")


def notebook_in(folder: Path, path: Path, elsewhere: Path) -> tuple[Document, str]:
    """Return an example's notebook, with its files where it wants them, and its text."""
    text = path.read_text(encoding="utf-8").replace("ELSEWHERE", str(elsewhere))
    for place in (folder, elsewhere):
        for name, content in said(text, "files", {}).items():
            place.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
            place.joinpath(name).write_text(content)
    return example_of(text, folder / path.name).document, text


def test_every_safe_rule_has_notebooks_that_are_run_before_and_after() -> None:
    assert sorted({rule_of(path) for path in RUN}) == sorted(SAFE)


@pytest.mark.parametrize("path", RUN, ids=lambda path: path.stem)
def test_what_a_rule_mends(path: Path, tmp_path: Path, elsewhere: Path) -> None:
    document, text = notebook_in(tmp_path, path, elsewhere)
    result = mended(document, tmp_path / "n.ipynb")
    assert SAFE[rule_of(path)].rule.code in codes(result)
    if codes(result) & SEEDING:
        assert compare_draws(document, result, tmp_path)
    else:
        assert compare(document, result, tmp_path, said(text, "otherwise", []))


@pytest.mark.parametrize("path", LEFT, ids=lambda path: path.stem)
def test_what_would_compute_something_else_is_left(path: Path, tmp_path: Path, elsewhere: Path) -> None:
    document, _ = notebook_in(tmp_path, path, elsewhere)
    assert computed(sources(document), tmp_path).failed == ""
    assert SAFE[rule_of(path)].rule.code not in codes(mended(document, tmp_path / "n.ipynb"))


def planted(path: Path, names: Sequence[str]) -> tuple[Document, set[str]]:
    """Return an example notebook that is broken by plants, and the codes of the rules whose plants it admits."""
    document, admitted = read_document(path), set()
    for name in names:
        broken = plant(PLANTS / f"{name}.txt").in_document(document, path)
        if broken is not None:
            document = broken
            admitted.add(SAFE[name].rule.code)
    return document, admitted


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """A folder with the data of the example notebooks."""
    shutil.copytree(NOTEBOOKS / "data", tmp_path / "data")
    return tmp_path


@pytest.mark.parametrize("name", ["churn", "diabetes", "energy"])
def test_an_example_notebook_that_is_broken_and_mended(name: str, beside: Path) -> None:
    path = NOTEBOOKS / f"{name}.ipynb"
    names = [name for name in SAFE if name not in UNRUN and SAFE[name].rule.code not in SEEDING]
    document, admitted = planted(path, names)
    result = mended(document, beside / path.name)
    assert len(admitted & codes(result)) >= 4
    assert compare(document, result, beside) > 10


def test_an_example_notebook_without_its_seeds(beside: Path) -> None:
    path = NOTEBOOKS / "churn.ipynb"
    document, admitted = planted(path, ["unseeded_random", "missing_random_state"])
    result = mended(document, beside / path.name)
    assert admitted == codes(result) & SEEDING
    assert compare_draws(document, result, beside)
