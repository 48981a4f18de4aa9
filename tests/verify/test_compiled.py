"""A repository that compiles its model is believed only as far as it answers as the notebook did."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from nb2prod.verify.compare import DEFAULT_TOLERANCE
from nb2prod.verify.compiled import settle_compiled
from nb2prod.verify.model import CompiledWay, Proof
from nb2prod.verify.report import as_dict, as_lines
from nb2prod.verify.repository import Repository
from nb2prod.verify.settle import Case
from nb2prod.verify.stages import Stages
from tests.verify import tiny_repository as tiny
from tests.verify.conftest import Tiny

QUICK = """\
import json
from tiny.artifacts import folder

(folder() / "compiled").mkdir(exist_ok=True)
(folder() / "compiled" / "verdict.json").write_text("{}")
said = {"ok": OK, "why": WHY, "words": "compiled code answers", "rows": 25, "passed_on": 1,
        "drawn": 10500, "drawn_passed_on": 500,
        "original_microseconds": 5000.0, "compiled_microseconds": 125.0, "at_least": 10}
print("a library says something")
print(json.dumps(said))
"""
WRONG_MODEL = tiny.MODEL.replace(
    "return [predict(record, line=self.line) for record in records]",
    "return [{'score': 0.0, 'label': 'low'} for record in records]",
)


@pytest.fixture
def case(repository: Tiny) -> Case:
    """The tiny repository, trained, with something that compiles."""
    (repository.folder / "src/tiny/compiled").mkdir()
    house = Repository(repository.folder, "tiny", repository.environment, 120.0)
    assert house.train().ok
    return Case(house, tiny.REQUESTS, tiny.RESPONSES, DEFAULT_TOLERANCE, True, None, Stages())


def put(case: Case, name: str, text: str) -> None:
    (case.repository.folder / "src/tiny" / name).write_text(text)
    case.repository.forget_bytecode()


def kept(case: Case) -> Path:
    return case.repository.folder / "artifacts" / "compiled"


def test_what_it_proved_is_held_against_the_notebook(case: Case) -> None:
    put(case, "quick.py", QUICK.replace("OK", "True").replace("WHY", "''"))
    way = settle_compiled(case)
    assert way is not None and way.ok and way.comparison is not None
    assert (way.comparison.equal, way.rows, way.drawn, way.times_faster, way.at_least) == (24, 24, 10_000, 40.0, 10)
    assert kept(case).is_dir() and "compiled" in case.stages.seconds


def test_what_answers_otherwise_than_the_notebook_is_left_out(case: Case) -> None:
    put(case, "quick.py", QUICK.replace("OK", "True").replace("WHY", "''"))
    put(case, "model.py", WRONG_MODEL)
    way = settle_compiled(case)
    assert way is not None and not way.ok and not kept(case).exists()
    assert way.words.startswith("answers come from the notebook's own code: compiled code answers 0 of 24 rows")


def test_why_it_did_not_hold_is_passed_on(case: Case) -> None:
    put(case, "quick.py", QUICK.replace("OK", "False").replace("WHY", "'a drawn record: label is 1 instead of 0'"))
    way = settle_compiled(case)
    assert way is not None and not way.ok and way.why == "a drawn record: label is 1 instead of 0"
    assert way.comparison is None


def test_what_breaks_leaves_nothing_behind(case: Case) -> None:
    put(case, "quick.py", QUICK.replace("OK", "True").replace("WHY", "''").replace("print(json", "raise OSError('no'"))
    way = settle_compiled(case)
    assert way is not None and not way.ok and "it could not be compiled" in way.why and not kept(case).exists()


def test_a_repository_without_it_is_not_asked(repository: Tiny) -> None:
    house = Repository(repository.folder, "tiny", repository.environment, 120.0)
    assert settle_compiled(Case(house, (), (), DEFAULT_TOLERANCE, False, None, Stages())) is None


def test_it_is_one_line_of_the_proof(case: Case) -> None:
    parity = case.against_notebook(case.ask())
    proof = Proof("tidy", "pipeline", parity)
    assert as_dict(proof)["compiled"] is None
    said = replace(proof, compiled=CompiledWay(True, "", "answers come from compiled code", 24, 9000, 38.04, 10))
    assert "answers come from compiled code" in as_lines(said)
    assert as_dict(said)["compiled"] == {
        **{"ok": True, "why": "", "captured": 24, "drawn": 9000, "times_faster": 38.0, "comparison": None},
    }
