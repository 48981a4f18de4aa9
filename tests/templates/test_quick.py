"""A model with a compiled way: used where it was proven for this model and this code, and left alone wherever not."""

from __future__ import annotations

import importlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from nb2prod.render import render
from tests.templates.sample import finish, plan_of, run_in

NAME = "tariff"
MODULES = ("model", "quick", "inference", "compiled.making", "compiled.proof", "compiled.way", "compiled.kept")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan = plan_of(NAME)
    return finish(render(replace(plan, templates=(*plan.templates, "compiled")), tmp_path_factory.mktemp("quick")))


@pytest.fixture
def repository(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """The modules of a repository of its own, in which whatever is equal is worth having."""
    folder = Path(shutil.copytree(finished, tmp_path / NAME))
    monkeypatch.syspath_prepend(str(folder / "src"))
    found = {name.rpartition(".")[2]: importlib.import_module(f"{NAME}.{name}") for name in MODULES}
    monkeypatch.setattr(found["proof"], "WORTH_IT", 0.0)
    monkeypatch.setattr(found["making"], "DRAWN", 500)
    yield SimpleNamespace(folder=folder, artifacts=folder / "artifacts", **found)
    for name in [name for name in sys.modules if name.partition(".")[0] == NAME]:
        del sys.modules[name]


def made(repository: SimpleNamespace) -> Any:
    model = repository.model.Model.load(repository.artifacts)
    return repository.making.make(model, repository.artifacts, 20.0)


def served_by(repository: SimpleNamespace) -> dict[str, Any]:
    said: dict[str, Any] = repository.model.Model.load(repository.artifacts).served_by
    return said


def requests(repository: SimpleNamespace) -> tuple[list[Any], list[Any]]:
    parity = repository.folder / "tests" / "parity"
    rows, answers = (json.loads((parity / f"{name}.json").read_text()) for name in ("requests", "responses"))
    return rows, answers


def test_what_was_proven_answers(repository: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    assert served_by(repository) == {"way": "original", "why": "nothing is compiled: run `make compile`"}

    monkeypatch.setattr(repository.making, "DRAWN", 10_000)
    verdict = made(repository)

    assert verdict.ok, verdict.why
    assert verdict.rows == 20 and verdict.drawn == 10_000 and verdict.passed_on == 0
    model = repository.model.Model.load(repository.artifacts)
    assert model.served_by["way"] == "compiled"
    answered = 10_000 - verdict.drawn_passed_on
    assert model.served_by["proven_on"] == {"rows": 20, "drawn": answered} and answered > 1000
    assert set(model.served_by["microseconds"]) == {"original", "compiled"} and model.served_by["times_faster"] > 0
    monkeypatch.setattr(repository.inference, "predict", None)
    rows, answers = requests(repository)
    assert [model.predict([row])[0] for row in rows] == answers, "without the notebook's own code"


def test_the_same_model_has_the_same_verdict_to_the_byte(repository: SimpleNamespace) -> None:
    """But for how much faster it was measured to be: by a factor of two here, or of nearly two."""

    def kept() -> dict[str, Any]:
        made(repository)
        found = {path.name: path.read_bytes() for path in (repository.artifacts / "compiled").rglob("*")}
        verdict = found.pop("verdict.json").decode().splitlines()
        return found | {"verdict.json": [line for line in verdict if not line.startswith(' "at_least":')]}

    assert kept() == kept()
    assert not [path.name for path in repository.artifacts.iterdir() if path.name.startswith(".")]


def test_a_wrong_answer_is_found_and_left_out(
    repository: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(repository)
    right = repository.making.compiled_way

    def wrong(stand_ins: Any, values: Any) -> Callable[[Any], Any]:
        answer = right(stand_ins, values)

        def changed(record: Any) -> Any:
            found = answer(record)
            return {**found, "amount": found["amount"] + 0.01} if record["minutes"] < 0 else found

        return changed

    monkeypatch.setattr(repository.making, "compiled_way", wrong)
    monkeypatch.setattr(repository.making, "followed_records", lambda *_: [])
    verdict = made(repository)

    assert not verdict.ok and verdict.why.startswith("a drawn record: amount is ")
    assert json.loads(verdict.record)["minutes"] < 0
    assert served_by(repository) == {"way": "original", "why": verdict.why}, "and no client is told the record"
    assert [path.name for path in (repository.artifacts / "compiled").rglob("*")] == ["verdict.json"]


def test_another_model_is_not_answered_for(repository: SimpleNamespace) -> None:
    made(repository)
    model = repository.model.Model.load(repository.artifacts)
    values = {**model.artifacts, "coefficients": model.artifacts["coefficients"] + 1}
    metrics = model.record["metrics"]
    sys.modules[f"{NAME}.artifacts"].replace(values, parameters={}, metrics=metrics, folder=repository.artifacts)
    assert served_by(repository)["why"] == "what is compiled is another model: run `make compile`"
    sys.modules[f"{NAME}.artifacts"].roll_back(repository.artifacts)
    assert served_by(repository)["way"] == "compiled", "it is the one before again"


def test_code_that_has_changed_is_proven_again(repository: SimpleNamespace) -> None:
    made(repository)
    path = Path(repository.inference.__file__)
    path.write_text(path.read_text().replace("* factor, factor", "* factor + 0.0, factor"))
    assert served_by(repository)["why"] == "the code has changed since it was compiled: run `make compile`"
    assert made(repository).ok and served_by(repository)["way"] == "compiled"


def test_files_that_are_not_the_proven_ones_are_not_used(repository: SimpleNamespace) -> None:
    made(repository)
    folder = repository.artifacts / "compiled"
    for path in [each for each in folder.rglob("*") if each.is_file() and each.name != "verdict.json"]:
        whole = path.read_bytes()
        path.write_bytes(whole[:-1])
        assert "not those that were proven" in served_by(repository)["why"]
        path.write_bytes(whole)
    assert served_by(repository)["way"] == "compiled"
    (folder / "more.json").write_text("{}")
    assert "not those that were proven" in served_by(repository)["why"]


def test_what_cannot_be_read_is_told_without_its_place(repository: SimpleNamespace) -> None:
    made(repository)
    (repository.artifacts / "compiled" / "verdict.json").write_text("[]")
    assert served_by(repository) == {
        "way": "original",
        "why": "what was compiled cannot be used: see the log",
    }


def test_a_setting_switches_it_off(repository: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    made(repository)
    monkeypatch.setenv("COMPILED", "false")
    assert served_by(repository) == {"way": "original", "why": "it is switched off by COMPILED"}


def test_whatever_it_raises_the_original_answers(repository: SimpleNamespace) -> None:
    made(repository)
    model = repository.model.Model.load(repository.artifacts)
    asked = []

    def failing(record: Any) -> Any:
        asked.append(record)
        raise RecursionError

    model._quick = failing
    rows, answers = requests(repository)
    assert model.predict(rows[:3]) == answers[:3] and asked == [rows[0], *rows[:3]]
    with pytest.raises(repository.model.RecordsRefused) as refused:
        model.predict([rows[0], {**rows[1], "country": "nowhere"}])
    assert list(refused.value.refused) == [1], "refusals are the original's"
    asked.clear()
    assert model.predict(rows * 2) == answers * 2 and asked == rows * 2, "one by one, as the original would"
    asked.clear()
    assert model.predict(rows[:1], quickly=False) == answers[:1] and not asked


def test_an_object_without_a_compiled_form_is_named(repository: SimpleNamespace) -> None:
    model = repository.model.Model.load(repository.artifacts)
    model.artifacts["factors"] = SimpleNamespace()
    verdict = repository.making.make(model, repository.artifacts, 1.0)
    assert not verdict.ok and "`factors`, a types SimpleNamespace (SimpleNamespace is not known)" in verdict.why


def test_what_compiles_is_lint_clean_and_formatted(finished: Path) -> None:
    for arguments in (["check"], ["format", "--check"]):
        done = run_in(finished, "-m", "ruff", *arguments, "--no-cache", ".")
        assert done.returncode == 0, done.stdout


def test_what_takes_long_keeps_nobody_waiting_though_it_is_compiled(
    repository: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(repository)
    rows, answers = requests(repository)
    monkeypatch.setattr(repository.quick, "measured", lambda *ways: {"microseconds": {"compiled": 4000.0}})
    model = repository.model.Model.load(repository.artifacts)
    monkeypatch.setattr(model, "original", lambda records: pytest.fail("compiled code has to answer"))
    assert model.at_once(rows[:1]) == answers[:1] and model.at_once(rows[:2]) is None
    assert model.predict(rows[:2]) == answers[:2]


def test_its_own_tests_pass_with_compiled_code(finished: Path, tmp_path: Path) -> None:
    repository = Path(shutil.copytree(finished, tmp_path / NAME))
    path = repository / f"src/{NAME}/compiled/proof.py"
    path.write_text(path.read_text().replace("WORTH_IT = 2.0", "WORTH_IT = 0.0"))
    done = run_in(repository, "-m", f"{NAME}.quick", "--seconds", "2")
    assert done.stdout.startswith("answers come from compiled code"), done.stdout + done.stderr
    done = run_in(repository, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_compiled.py")
    assert "4 passed" in done.stdout, done.stdout
