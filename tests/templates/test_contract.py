"""What a service answers is what its own /openapi.json says, tried by schemathesis as `make contract` does."""

from __future__ import annotations

import re
import subprocess
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.shared import once
from tests.templates.sample import run_in

Get = Callable[[str], Path]
MAKEFILE = Path(__file__).parents[2] / "templates/project/{{cookiecutter.project}}/Makefile"


@pytest.fixture(scope="session")
def schemathesis(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install schemathesis as `make contract` does: beside a repository it would slow every start of pytest."""

    def install(folder: Path) -> None:
        venv.create(folder, with_pip=True)
        wanted = re.search(r"'(schemathesis\S*)'", MAKEFILE.read_text())
        assert wanted
        subprocess.run([folder / "bin/python", "-m", "pip", "install", "--quiet", wanted[1]], check=True)

    return once(tmp_path_factory, "schemathesis", install) / "bin/schemathesis"


@pytest.mark.parametrize("name", ["churn", "tariff", "spam"])
def test_whatever_is_asked_is_answered_as_openapi_says(sample: Get, schemathesis: Path, name: str) -> None:
    done = run_in(sample(name), "-m", "tests.contract", str(schemathesis), "--seconds", "20", "--examples", "5")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"(\d{2,}) generated, \1 passed", done.stdout), done.stdout


def test_an_answer_that_is_not_documented_is_found(sample_copy: Get, schemathesis: Path) -> None:
    repository = sample_copy("tariff")
    code = repository / "src/tariff/service/openapi.py"
    text = code.read_text()
    assert (line := '    422: problem("Not what the schema asks for"),\n') in text
    code.write_text(text.replace(line, ""))
    done = run_in(repository, "-m", "tests.contract", str(schemathesis), "--seconds", "20", "--examples", "5")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Undocumented status code" in done.stdout
