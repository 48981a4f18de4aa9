from __future__ import annotations

import json
from typing import Any

import pytest

from nb2prod.verify import Comparison, Difference, Proof, Retraining, TestRun, as_dict, as_lines, first_failure

EQUAL = Comparison(rows=20, equal=20)
UNEQUAL = Comparison(
    rows=20,
    equal=19,
    max_abs_difference=0.25,
    differences=(Difference(row=3, request={"age": 41}, notebook="stays", service="leaves"),),
)


def test_a_complete_proof_is_one_fact_a_line() -> None:
    proof = Proof(
        slice="tidy",
        artifacts="pipeline",
        parity=EQUAL,
        batch=EQUAL,
        http=EQUAL,
        retrain=Retraining(EQUAL, seconds=1.0),
        tests=TestRun(passed=12, failed=0),
    )
    assert as_lines(proof) == [
        "slice: tidy; artifacts: made by the repository's own pipeline",
        "predictions as in the notebook: ok, 20 of 20 rows equal (tolerance for floats 1e-06 relative)",
        "rows one by one as in one batch: ok, 20 of 20 rows equal (tolerance for floats 1e-06 relative)",
        "predictions over HTTP: ok, 20 of 20 rows equal (tolerance for floats 1e-06 relative)",
        "training from scratch: ok, 20 of 20 rows equal (tolerance for floats 1e-06 relative)",
        "the repository's own tests: ok, 12 passed, 0 failed",
    ]


def test_a_failure_shows_the_row_and_both_answers() -> None:
    lines = as_lines(Proof(slice="conservative", artifacts="run", parity=UNEQUAL))
    assert lines[1:] == [
        "predictions as in the notebook: FAILED, 19 of 20 rows equal "
        "(largest difference 0.25, tolerance for floats 1e-06 relative)",
        "    row 3",
        '        request   {"age": 41}',
        '        notebook  "stays"',
        '        service   "leaves"',
    ]


def test_a_training_that_is_not_deterministic_says_by_how_much() -> None:
    retrain = Retraining(UNEQUAL, deterministic=False, spread=0.125, changed=4)
    assert as_lines(Proof(slice="tidy", artifacts="run", parity=EQUAL, retrain=retrain))[-1] == (
        "training from scratch: not deterministic, 19 of 20 rows as in the notebook; "
        "two trainings differ on 4 rows by up to 0.125"
    )


def test_what_went_wrong_is_shown_in_full() -> None:
    proof = Proof(
        slice="tidy",
        artifacts="pipeline",
        parity=Comparison(rows=20, equal=0, error="the pipeline failed:\nKeyError: 'age'"),
        tests=TestRun(passed=0, failed=1, output="E   assert 1 == 2"),
        lint="src/a.py:1:8: F401 `os` imported but unused",
    )
    text = "\n".join(as_lines(proof))
    assert "    KeyError: 'age'" in text and "    E   assert 1 == 2" in text and "lint: src/a.py:1:8: F401" in text


def test_what_was_not_done_is_null() -> None:
    said = as_dict(Proof(slice="tidy", artifacts="run", parity=EQUAL))
    assert (said["batch"], said["http"], said["retrain"], said["tests"]) == (None, None, None, None)


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_json_stays_json(value: float) -> None:
    comparison = Comparison(rows=1, equal=0, max_abs_difference=value)
    said = json.dumps(as_dict(Proof(slice="tidy", artifacts="run", parity=comparison)), allow_nan=False)
    assert json.loads(said)["parity"]["max_abs_difference"] is None


def test_of_a_long_answer_only_the_piece_that_differs_is_shown() -> None:
    answer = {"logits": [0.5] * 60}
    difference = Difference(
        row=0, request=1, notebook=answer, service={"logits": [*[0.5] * 59, 0.75]}, where=("logits", 59)
    )
    parity = Comparison(rows=1, equal=0, differences=(difference,))
    assert as_lines(Proof(slice="tidy", artifacts="run", parity=parity))[2:] == [
        '    row 0, at ["logits"][59] of the answer',
        "        request   1",
        "        notebook  0.5",
        "        service   0.75",
    ]


def test_what_was_left_out_is_named_where_predictions_differ_and_nowhere_else() -> None:
    left_out = ["cell [3], line 2: scaler.fit(x)"]
    failed = as_lines(Proof(slice="tidy", artifacts="run", parity=UNEQUAL), left_out)
    assert failed[-2:] == ["statements with effects that were left out:", "    cell [3], line 2: scaler.fit(x)"]
    assert left_out[0] not in "\n".join(as_lines(Proof(slice="tidy", artifacts="run", parity=EQUAL), left_out))


def test_rows_that_the_parity_shows_are_not_shown_again_for_the_training() -> None:
    lines = as_lines(Proof(slice="tidy", artifacts="pipeline", parity=UNEQUAL, retrain=Retraining(UNEQUAL)))
    assert sum(line.strip() == "row 3" for line in lines) == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"parity": UNEQUAL}, 'predictions as in the notebook: 1 of 20 rows differ, such as row 3: notebook "stays"'),
        ({"batch": UNEQUAL}, 'rows one by one as in one batch: 1 of 20 rows differ, such as row 3: one by one "stays"'),
        ({"parity": Comparison(20, 0, error="Traceback\n  File x\nValueError: no\n")}, "notebook: ValueError: no"),
        ({"tests": TestRun(1, 1, "def test():\nE   AssertionError: 1 != 2\n1 failed")}, "AssertionError: 1 != 2"),
        ({"lint": "F401 unused\nmore"}, "lint: F401 unused"),
    ],
)
def test_the_first_failure_is_told_in_one_line(changes: dict[str, Any], says: str) -> None:
    proof = Proof(**{"slice": "tidy", "artifacts": "run", "parity": EQUAL, **changes})
    assert says in first_failure(proof) and "\n" not in first_failure(proof)
