"""The proof of compiled code: whatever differs is found and told, and what is not worth having is left out."""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nb2prod.render.templates import render_templates
from tests.templates.sample import context

PACKAGE = "proof_under_test"


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    made = context(PACKAGE, readme_tree="")
    templates = ("project", "request_value", "container_plain", "compiled")
    folder = render_templates(templates, made, tmp_path_factory.mktemp("proof"))
    schema = {"kind": "value", "container": "list", "inputs": ["x"], "type": "number", "batched_container": True}
    text = json.dumps({"request": schema, "response": {}})
    (folder / f"src/{PACKAGE}/schema.json").write_text(text)
    sys.path.insert(0, str(folder / "src"))
    yield importlib.import_module(f"{PACKAGE}.compiled.proof")
    sys.path.remove(str(folder / "src"))


def slowly(records: list[float]) -> list[Any]:
    """Answer as a notebook's own code would: each call takes its time."""
    time.sleep(0.001)
    if any(record > 900 for record in records):
        raise ValueError("too large")
    return [{"label": "high" if record > 5 else "low", "score": record / 3} for record in records]


def quickly(record: float) -> Any:
    if record > 900:
        raise ValueError("too large")
    return {"label": "high" if record > 5 else "low", "score": record / 3}


ROWS = [1.0, 2.5, 7.0]
DRAWN = [n / 7 for n in range(-50, 7000)]


def verdict_on(proof: ModuleType, compiled: Callable[[float], Any], **changes: Any) -> Any:
    ways = {"original": slowly, "compiled": compiled, "batch": True, **changes}
    return proof.prove(proof.Ways(**ways), ROWS, DRAWN, 60)


def test_code_that_answers_alike_is_proven_on_every_record(proof: ModuleType) -> None:
    verdict = verdict_on(proof, quickly)
    assert verdict.ok, verdict.why
    assert (verdict.rows, verdict.drawn, verdict.passed_on) == (3, 7050, 0)
    assert verdict.drawn_passed_on == sum(record > 900 for record in DRAWN)
    assert verdict.original_microseconds > 10 * verdict.compiled_microseconds > 0
    assert "equal on 3 captured and 6,351 drawn rows" in verdict.words()


WRONG = {
    "another label on one drawn record": lambda x: {**quickly(x), "label": "low"} if x == 6.0 else quickly(x),
    "a number that is off by a thousandth": lambda x: {**quickly(x), "score": x / 3 * (1.001 if x == 3 else 1)},
    "an integer for a float": lambda x: {**quickly(x), "score": 1} if x == 3 else quickly(x),
    "nothing for a number": lambda x: {**quickly(x), "score": None} if x == 3 else quickly(x),
    "a field too many": lambda x: {**quickly(x), "more": 1},
    "fields in another order": lambda x: dict(reversed(quickly(x).items())),
    "a list": lambda x: [quickly(x)],
    "an answer where the original refuses": lambda x: quickly(x) if x < 900 else {"label": "high", "score": x / 3},
}


@pytest.mark.parametrize("what", WRONG)
def test_one_wrong_answer_is_found_and_told(proof: ModuleType, what: str) -> None:
    verdict = verdict_on(proof, WRONG[what])
    assert not verdict.ok
    place = "row 0 of the notebook: " if "fiel" in what or "list" in what else "a drawn record: "
    assert verdict.why.startswith(place), verdict.why
    assert ("and the notebook's own code refuses" if "refuses" in what else "instead of") in verdict.why
    assert float(verdict.record) in [*ROWS, *DRAWN] and verdict.words().endswith(f", for {verdict.record}")


def test_a_batch_that_is_answered_otherwise_is_asked_again_one_by_one(proof: ModuleType) -> None:
    """A service asks the original about one record, so that answer counts."""

    def by_batch(records: list[float]) -> list[Any]:
        answers = slowly(records)
        return answers if len(records) == 1 else [{**answer, "score": answer["score"] + 1} for answer in answers]

    assert verdict_on(proof, quickly, original=by_batch).ok


def test_single_answers_that_differ_from_those_of_a_batch_are_found(proof: ModuleType) -> None:
    def by_itself(records: list[float]) -> list[Any]:
        answers = slowly(records)
        odd = len(records) == 1 and records[0] not in ROWS
        return [{**answer, "score": answer["score"] + 1} for answer in answers] if odd else answers

    verdict = verdict_on(proof, quickly, original=by_itself)
    assert not verdict.ok and "a drawn record: score is" in verdict.why


def test_code_that_leaves_the_rows_of_the_notebook_to_the_original_is_not_worth_having(proof: ModuleType) -> None:
    def mostly_not(record: float) -> Any:
        if record > 2:
            raise LookupError("no such table")
        return quickly(record)

    verdict = verdict_on(proof, mostly_not)
    assert not verdict.ok
    assert "2 of 3 rows of the notebook can only be answered by its own code" in verdict.why
    assert "LookupError: no such table" in verdict.why


def test_code_that_is_hardly_faster_is_not_worth_having(proof: ModuleType) -> None:
    verdict = verdict_on(proof, lambda record: slowly([record])[0])
    assert not verdict.ok and verdict.why == "compiled code would be hardly faster"


def test_time_that_runs_out_is_told_by_the_number_of_records(proof: ModuleType) -> None:
    ways = proof.Ways(slowly, quickly, batch=False)
    verdict = proof.prove(ways, ROWS, DRAWN, 0.01)
    assert verdict.ok and 0 < verdict.drawn < 2000
    assert f"and {verdict.drawn:,} drawn rows" in verdict.words()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(one=JSON, other=JSON)
def test_answers_are_the_same_only_if_json_has_them_the_same(one: Any, other: Any, proof: ModuleType) -> None:
    comparing = importlib.import_module(f"{PACKAGE}.comparing")
    exact = comparing.Tolerance(0.0, 0.0)
    assert comparing.difference(one, one, exact) is None
    same = comparing.difference(one, other, exact) is None
    texts = [json.dumps(each).replace("-0.0", "0.0") for each in (one, other)]
    assert same == (texts[0] == texts[1])
