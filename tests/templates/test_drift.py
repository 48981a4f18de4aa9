"""How a model's rows are distributed is known of each model that is trained, by the rows that it was trained with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.templates.sample import run_in

Get = Callable[[str], Path]


def more_customers(repository: Path, older: int) -> None:
    """Give the repository twice as many customers, so many years older."""
    path = repository / "data/customers.csv"
    head, *rows = path.read_text().splitlines()
    age = head.split(",").index("age")
    cells = [row.split(",") for row in rows]
    aged = [[*each[:age], str(int(each[age]) + older), *each[age + 1 :]] for each in cells]
    path.write_text("\n".join([head, *rows, *map(",".join, aged)]) + "\n")


def baseline(repository: Path) -> dict[str, Any]:
    done = run_in(repository, "-m", "churn.service.drift.making")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads((repository / "artifacts/drift-baseline.json").read_text())
    return found


@pytest.fixture
def trained(sample_copy: Get) -> Path:
    """Return a repository with enough rows to tell drift by, trained with them."""
    repository = sample_copy("churn")
    more_customers(repository, 0)
    assert run_in(repository, "-m", "churn.pipeline").returncode == 0
    return repository


def test_it_is_of_the_rows_that_the_pipeline_reads(trained: Path) -> None:
    found = baseline(trained)
    record = json.loads((trained / "artifacts/record.json").read_text())
    assert found["model_version"] == record["model_version"]
    assert found["source"] == "customers.csv, as it is read"
    assert found["rows"] == found["answered"] == 120
    kinds = {column["name"]: column["kind"] for column in found["columns"]}
    assert kinds == {"age": "number", "plan": "category", "joined": "presence", "income": "number"}
    assert {column["name"]: column["kind"] for column in found["answers"]} == {
        "leaves": "category",
        "probability": "number",
    }
    assert baseline(trained) == found


def test_a_training_with_other_rows_has_another(trained: Path) -> None:
    before = baseline(trained)
    more_customers(trained, 40)
    assert run_in(trained, "-m", "churn.pipeline").returncode == 0
    version = json.loads((trained / "artifacts/record.json").read_text())["model_version"]
    asked = (
        f"from pathlib import Path; from churn.service.drift.baseline import read; read(Path('artifacts'), {version!r})"
    )
    refused = run_in(trained, "-c", asked)
    assert "NoBaseline" in refused.stderr and before["model_version"] in refused.stderr
    after = baseline(trained)
    assert after["model_version"] == version != before["model_version"]
    assert after["rows"] == 240
    assert after["columns"][0]["bounds"][-1] > before["columns"][0]["bounds"][-1]


def test_rows_that_the_export_never_saw_are_found_where_the_others_were(trained: Path) -> None:
    baseline(trained)
    parity = trained / "tests/parity/requests.json"
    parity.write_text(json.dumps([{**each, "age": 99} for each in json.loads(parity.read_text())]))
    assert baseline(trained)["source"] == "customers.csv, as it is read"
    (trained / "artifacts/drift-baseline.json").unlink()
    found = baseline(trained)
    assert found["source"] == "records captured at the export" and found["columns"] == []


def test_training_makes_it(trained: Path) -> None:
    lines = (trained / "Makefile").read_text().split("\ntrain:")[1].split("\n\n")[0].splitlines()
    assert "\t$(BIN)/python -m churn.service.drift.making" in lines
