"""Records that go through straight lines: a sample's answers stay what they are."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nb2prod.render import render
from tests.templates.sample import finish, plan_of

ESTIMATORS = [f"estimators/{kind.name}" for kind in sorted((Path("templates") / "estimators").iterdir())]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return what makes a sample's repository, with all that compiles."""
    made: dict[str, Path] = {}

    def make(name: str) -> Path:
        if name not in made:
            plan = plan_of(name)
            templates = (*plan.templates, "compiled", *ESTIMATORS)
            made[name] = finish(render(replace(plan, templates=templates), tmp_path_factory.mktemp(name)))
        return made[name]

    return make


@pytest.fixture
def module(finished: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], Any]]:
    names = set()

    def found(package: str, name: str) -> Any:
        names.add(package)
        monkeypatch.syspath_prepend(str(finished(package) / "src"))
        return importlib.import_module(f"{package}.{name}")

    yield found
    for name in [name for name in sys.modules if name.partition(".")[0] in names]:
        del sys.modules[name]


@pytest.mark.parametrize("name", ["spam", "tariff"])
def test_a_samples_records_go_straight(name: str, module: Callable[[str, str], Any]) -> None:
    module(name, "compiled.proof").WORTH_IT = 0.0
    module(name, "compiled.making").DRAWN = 1000
    load = module(name, "model").Model.load

    verdict = module(name, "compiled.making").make(load(), module(name, "files").ARTIFACTS_DIR, 20.0)

    assert verdict.ok, verdict.words()
    assert verdict.straight > 0.9 * (verdict.rows + verdict.drawn - verdict.drawn_passed_on), verdict.words()
    model = load()
    assert model.served_by["straight"] == verdict.straight
    monkey = module(name, "compiled.row").Row
    monkey.__init__ = None  # whatever is answered from here on is not answered by rows
    parity = module(name, "files").ROOT / "tests" / "parity"
    requests, responses = (json.loads((parity / f"{each}.json").read_text()) for each in ("requests", "responses"))
    assert [model.at_once([record]) for record in requests[:5]] == [[answer] for answer in responses[:5]]


def test_a_transformer_of_the_notebooks_own_is_answered_by_rows(module: Callable[[str, str], Any]) -> None:
    """The sample's pipeline has a class of its own within a column transformer, which is given a table."""
    name = "churn"
    module(name, "compiled.proof").WORTH_IT = 0.0
    module(name, "compiled.making").DRAWN = 500
    model = module(name, "model").Model.load()

    verdict = module(name, "compiled.making").make(model, module(name, "files").ARTIFACTS_DIR, 20.0)

    assert verdict.ok, verdict.words()
    assert verdict.passed_on == 0 and verdict.drawn_passed_on < 0.2 * verdict.drawn, verdict.words()
