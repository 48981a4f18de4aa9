from __future__ import annotations

import json
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from nb2prod.verify import as_dict, as_lines
from nb2prod.verify.model import Comparison, Retraining
from nb2prod.verify.prove import is_quick

from . import tiny_repository as tiny
from .conftest import Tiny


def _artifact(repository: Tiny) -> Any:
    return json.loads((repository.folder / "artifacts" / "line.json").read_text(encoding="utf-8"))


def test_a_repository_that_answers_as_the_notebook_did_is_proven(repository: Tiny) -> None:
    repository.put("src/tiny/training.py", tiny.TRAINING)
    told: list[str] = []
    proof = repository.prove(on_stage=told.append)
    assert proof.ok, as_lines(proof)
    assert proof.artifacts == "pipeline"
    assert (proof.parity.rows, proof.parity.equal) == (24, 24)
    assert proof.batch is not None and (proof.batch.rows, proof.batch.equal) == (24, 24)
    assert proof.http is not None and (proof.http.rows, proof.http.equal) == (24, 24)
    assert proof.retrain is not None and proof.retrain.deterministic and proof.retrain.comparison.ok
    assert proof.tests is not None and (proof.tests.passed, proof.tests.failed) == (1, 0)
    assert proof.model_version
    assert list(proof.seconds) == ["train", "parity", "http", "tests", "lint"]
    assert told[0] == "training from scratch with the repository's own pipeline"
    assert not list(repository.folder.rglob("__pycache__")), "the proof leaves bytecode in the repository"
    assert not list(repository.folder.rglob(".*_cache")), "the proof leaves caches in the repository"


def test_what_follows_a_training_is_made_of_the_proven_model_and_is_no_reason_to_refuse(repository: Tiny) -> None:
    repository.put("src/tiny/noting.py", "from pathlib import Path\n\nPath('artifacts/noted.txt').write_text('here')\n")
    repository.put("src/tiny/failing.py", "raise SystemExit('there are no rows')\n")
    proof = repository.prove(depth="fast", after_training=("noting", "failing"))
    assert proof.ok, as_lines(proof)
    assert (repository.folder / "artifacts" / "noted.txt").read_text() == "here"
    (failed,) = proof.not_made
    assert "python -m tiny.failing" in failed and "there are no rows" in failed


def test_a_row_that_differs_is_shown_with_both_answers(repository: Tiny) -> None:
    repository.change("src/tiny/inference.py", "score > 10", "score > 12")
    proof = repository.prove(run_artifacts=None)
    assert not proof.ok
    assert (proof.parity.rows, proof.parity.equal) == (24, 23)
    (difference,) = proof.parity.differences
    assert difference.request == 5.0
    assert difference.notebook == {"score": 11.0, "label": "high"}
    assert difference.service == {"score": 11.0, "label": "low"}
    assert proof.retrain is not None and proof.retrain.deterministic
    assert proof.http is None, "there is nothing to serve before the answers are right"
    assert any('"low"' in line for line in as_lines(proof))


def test_a_training_that_raises_fails_the_proof_and_says_why(repository: Tiny, run_artifacts: Any) -> None:
    repository.put("src/tiny/training.py", tiny.RAISING_TRAINING)
    proof = repository.prove(run_artifacts=run_artifacts())
    assert not proof.ok
    assert proof.artifacts == "run" and proof.parity.ok
    assert proof.retrain is not None
    assert "no such column: income" in proof.retrain.comparison.error


def test_an_unseeded_training_is_proven_with_the_artifacts_of_the_run(repository: Tiny, run_artifacts: Any) -> None:
    repository.put("src/tiny/training.py", tiny.UNSEEDED_TRAINING)
    proof = repository.prove(run_artifacts=run_artifacts())
    assert proof.ok, as_lines(proof)
    assert proof.artifacts == "run"
    assert proof.retrain is not None and not proof.retrain.deterministic
    assert 0 < proof.retrain.spread < 1
    assert proof.retrain.changed == 24
    assert _artifact(repository) == {"slope": 2.0, "intercept": 1.0}
    assert any("not deterministic" in line for line in as_lines(proof))


def test_trainings_that_seldom_answer_differently_are_looked_at_more_often(
    repository: Tiny, run_artifacts: Any
) -> None:
    repository.put("src/tiny/training.py", tiny.SELDOM_OTHER_TRAINING)
    proof = repository.prove(run_artifacts=run_artifacts())
    assert proof.retrain is not None and not proof.retrain.deterministic
    assert proof.retrain.changed == 24
    assert proof.parity.ok and proof.artifacts == "run"


def test_an_unseeded_training_without_artifacts_of_the_run_is_not_proven(repository: Tiny) -> None:
    repository.put("src/tiny/training.py", tiny.UNSEEDED_TRAINING)
    assert not repository.prove().ok


def test_a_training_that_differs_every_time_in_the_same_way_is_not_excused_by_the_run(
    repository: Tiny, run_artifacts: Any
) -> None:
    repository.put("src/tiny/training.py", tiny.OTHER_TRAINING)
    proof = repository.prove(run_artifacts=run_artifacts())
    assert not proof.ok
    assert proof.parity.ok and proof.artifacts == "run"
    assert proof.retrain is not None and proof.retrain.deterministic and not proof.retrain.comparison.ok


def test_artifacts_of_the_run_that_answer_otherwise_are_put_away_again(repository: Tiny, run_artifacts: Any) -> None:
    repository.put("src/tiny/training.py", tiny.OTHER_TRAINING)
    proof = repository.prove(run_artifacts=run_artifacts(intercept=9.0))
    assert not proof.ok and proof.artifacts == "pipeline"
    assert _artifact(repository) == {"slope": 2.0, "intercept": 7.0}


def test_a_class_of_the_notebook_that_the_package_lacks_is_named(repository: Tiny, run_artifacts: Any) -> None:
    repository.put("src/tiny/training.py", tiny.OTHER_TRAINING)
    proof = repository.prove(run_artifacts=run_artifacts(definitions={}))
    assert "the package does not define Line" in proof.parity.error


def test_a_service_that_ends_at_its_start_fails_with_its_log(repository: Tiny) -> None:
    repository.change("src/tiny/service/__init__.py", "app = FastAPI()", "raise RuntimeError('no licence')")
    proof = repository.prove()
    assert not proof.ok and proof.parity.ok
    assert proof.http is not None and proof.http.equal == 0
    assert "no licence" in proof.http.error


def test_a_service_that_answers_one_row_otherwise_fails_over_http(repository: Tiny) -> None:
    repository.change(
        "src/tiny/service/__init__.py",
        'model.predict(body["records"])',
        'model.predict([3.5 if record == 3.0 else record for record in body["records"]])',
    )
    proof = repository.prove()
    assert not proof.ok and proof.parity.ok
    assert proof.http is not None and proof.http.equal == 23
    assert proof.http.differences[0].request == 3.0


def test_a_service_that_refuses_one_row_still_answers_the_others(repository: Tiny) -> None:
    repository.change(
        "src/tiny/service/__init__.py",
        '    return {"predictions"',
        '    assert 3.0 not in body["records"]\n    return {"predictions"',
    )
    proof = repository.prove()
    assert proof.http is not None and proof.http.equal == 23
    assert "HTTP 500" in proof.http.differences[0].service["error"]


def test_a_model_that_answers_a_batch_otherwise_than_single_rows_is_found(repository: Tiny) -> None:
    repository.change(
        "src/tiny/model.py",
        "for record in records]",
        "if len(records) == 1 else predict(record + 0.5, line=self.line) for record in records]",
    )
    proof = repository.prove()
    assert not proof.ok and proof.parity.ok
    assert proof.batch is not None and proof.batch.equal == 0
    assert proof.batch.differences[0].notebook != proof.batch.differences[0].service


def test_a_failing_test_of_its_own_fails_the_proof(repository: Tiny) -> None:
    repository.change("tests/test_predict.py", '"score": 3.0', '"score": 4.0')
    proof = repository.prove()
    assert not proof.ok
    assert proof.tests is not None and (proof.tests.passed, proof.tests.failed) == (0, 1)
    assert "test_predict" in proof.tests.output


def test_a_repository_without_tests_is_not_proven(repository: Tiny) -> None:
    (repository.folder / "tests" / "test_predict.py").unlink()
    proof = repository.prove()
    assert not proof.ok and proof.tests is not None and proof.tests.failed == 1


def test_a_linter_that_complains_fails_the_proof(repository: Tiny) -> None:
    repository.change("src/tiny/model.py", "from tiny.artifacts", "import os\nfrom tiny.artifacts")
    proof = repository.prove()
    assert not proof.ok and "F401" in proof.lint


def test_a_row_on_which_the_model_raises_is_a_difference_and_hides_no_other(repository: Tiny) -> None:
    repository.change(
        "src/tiny/inference.py", "    score", "    if x == 2.0:\n        raise KeyError('age')\n    score"
    )
    proof = repository.prove("fast")
    assert (proof.parity.rows, proof.parity.equal) == (24, 23)
    assert "KeyError: 'age'" in proof.parity.differences[0].service["error"]


def test_a_training_that_does_not_end_is_ended(repository: Tiny) -> None:
    repository.put("src/tiny/training.py", "import time\n\n\ndef train():\n    time.sleep(600)\n")
    proof = repository.prove("fast", timeout=4.0)
    assert not proof.ok and "not finished after" in proof.parity.error


def test_fast_takes_the_artifacts_of_the_run_and_does_not_train(repository: Tiny, run_artifacts: Any) -> None:
    repository.put("src/tiny/training.py", tiny.RAISING_TRAINING)
    proof = repository.prove("fast", run_artifacts=run_artifacts())
    assert proof.ok and proof.artifacts == "run"
    assert proof.http is None and proof.tests is None and proof.retrain is None


def test_none_makes_artifacts_and_compares_nothing(repository: Tiny, run_artifacts: Any) -> None:
    proof = repository.prove("none", run_artifacts=run_artifacts())
    assert proof.ok and proof.parity.rows == 0
    assert _artifact(repository) == {"slope": 2.0, "intercept": 1.0}
    assert as_lines(proof)[-1] == "nothing was proven (--verify none)"


def test_the_proof_as_json_has_the_promised_shape(repository: Tiny) -> None:
    said = as_dict(repository.prove())
    assert {"rows", "equal", "max_abs_difference", "tolerance", "slice", "artifacts"} <= said["parity"].keys()
    assert {"rows", "equal"} <= said["batch"].keys() & said["http"].keys()
    assert {"rows", "equal", "deterministic", "max_abs_difference"} <= said["retrain"].keys()
    assert said["tests"] == {"passed": 1, "failed": 0}
    json.dumps(said, allow_nan=False)


def test_the_callers_own_settings_do_not_leak_into_the_proof(
    repository: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fastapi.py").write_text("raise RuntimeError('not this one')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("ARTIFACTS_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("PORT", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    proof = repository.prove()
    assert proof.ok, as_lines(proof)
    assert not (tmp_path / "elsewhere").exists()


def test_a_model_that_ends_the_process_compares_nothing(repository: Tiny) -> None:
    repository.change("src/tiny/inference.py", "    score", "    raise SystemExit('no licence')\n    score")
    proof = repository.prove("fast")
    assert not proof.ok and "no licence" in proof.parity.error


def test_an_interrupt_ends_the_training(repository: Tiny, tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    repository.put(
        "src/tiny/training.py",
        f"import os\nimport time\n\n\ndef train():\n    open({str(mark)!r}, 'w').write(f'{{os.getpid()}}.')\n"
        "    time.sleep(600)\n",
    )
    main_thread = threading.get_ident()

    def interrupt() -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not (mark.exists() and mark.read_text().endswith(".")):
            time.sleep(0.05)
        signal.pthread_kill(main_thread, signal.SIGINT)

    waiting = threading.Thread(target=interrupt)
    waiting.start()
    with pytest.raises(KeyboardInterrupt):
        repository.prove()
    waiting.join()
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text().rstrip(".")), 0)


@pytest.mark.parametrize(
    ("processors", "clock", "quick"), [(9, 10, True), (9, 120, True), (90, 50, False), (9, 3600, False)]
)
def test_a_busy_machine_does_not_change_what_is_measured(processors: float, clock: float, quick: bool) -> None:
    training = Retraining(Comparison(1, 1), seconds=clock, processor_seconds=processors)
    assert is_quick(training) is quick
