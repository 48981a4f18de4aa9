"""A service in an environment that has nothing of what only the notebook's own code needs: compiled code answers alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import venv
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import distributions
from pathlib import Path

import pytest

from nb2prod.render import render
from tests.templates.sample import finish, plan_of, run_in
from tests.templates.test_samples import ask, service

WITHOUT = {"pandas", "scikit-learn", "scipy", "skops", "joblib", "onnx", "pytest", "ruff"}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a finished repository with compiled code, whose requirements are whatever is installed here."""
    plan = plan_of("spam")
    estimators = sorted(f"estimators/{path.name}" for path in ESTIMATORS.iterdir() if path.is_dir())
    folder = tmp_path_factory.mktemp("slim")
    made = finish(render(replace(plan, templates=(*plan.templates, "compiled", *estimators)), folder))
    pins = sorted({f"{each.name}=={each.version}" for each in distributions() if each.name != "nb2prod"})
    (made / "requirements.txt").write_text("\n".join(pins) + "\n")
    done = run_in(made, "-m", "spam.quick")
    assert "answers come from compiled code" in done.stdout, done.stdout + done.stderr
    return made


ESTIMATORS = Path(__file__).parents[2] / "templates/estimators"


@pytest.fixture(scope="module")
def python(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the interpreter of such an environment."""
    done = run_in(repository, "-m", "spam.slim_requirements")
    assert done.returncode == 0, done.stdout + done.stderr
    wanted = repository / "requirements-slim.txt"
    names = set(re.findall(r"^([\w.-]+)==", wanted.read_text(), re.MULTILINE))
    assert names >= {"fastapi", "uvicorn", "numpy", "msgspec"}
    assert not {name.lower() for name in names} & WITHOUT
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    found = folder / "bin/python"
    subprocess.run([found, "-m", "pip", "install", "--quiet", "--no-deps", "-r", wanted], check=True)
    return found


@pytest.fixture(scope="module")
def port(repository: Path, python: Path) -> Iterator[int]:
    with service(repository, python=python, SLIM="true") as port:
        yield port


def test_it_answers_the_notebooks_rows(repository: Path, port: int) -> None:
    rows, answers = (
        json.loads((repository / f"tests/parity/{name}.json").read_text()) for name in ("requests", "responses")
    )
    status, said = ask(port, "POST", "/predict", {"records": rows})
    assert status == 200 and said["predictions"] == answers
    served = ask(port, "GET", "/model")[1]["served_by"]
    assert (served["way"], served["alone"]) == ("compiled", True)


def test_what_it_cannot_do_alone_it_says(repository: Path, port: int) -> None:
    good = json.loads((repository / "tests/parity/requests.json").read_text())[0]
    status, problem = ask(port, "POST", "/explain", {"records": [good]})
    assert status == 501 and "SLIM" in problem["detail"]
    assert ask(port, "GET", "/drift")[0] == 200
    assert ask(port, "POST", "/predict", {"records": [good, 7]})[0] == 422


def test_without_the_setting_or_without_compiled_code_it_does_not_start(repository: Path, python: Path) -> None:
    for changes, words in (({}, "No module named 'skops'"), ({"SLIM": "true", "COMPILED": "false"}, "switched off")):
        environment = {**os.environ, "PYTHONPATH": str(repository / "src"), "PORT": "0", **changes}
        done = subprocess.run(
            [python, "-m", "spam.service"],
            cwd=repository,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode != 0 and words in done.stdout + done.stderr
