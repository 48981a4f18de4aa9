"""The model as peers of the serving benchmark load it gives the notebook's answers; FastAPI by hand does over HTTP."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
Get = Callable[[str], Path]

ASKED = """
import json, pathlib, model, pandas as pd
parity = pathlib.Path("tests/parity")
records, expected = (json.loads((parity / f"{name}.json").read_text()) for name in ("requests", "responses"))
answers = {
    "at once": model.answers(records),
    "together": [answer for each in model.together([[record] for record in records]) for answer in each],
    "requests of several": model.together([records[:3], records[3:5]]),
}
assert [len(each) for each in answers.pop("requests of several")] == [3, 2]
if model.schema.REQUEST.get("fields") and isinstance(records[0], dict):
    answers["a table"] = model.from_table(pd.DataFrame.from_records(records))
import sys; sys.path.insert(0, sys.argv[1])
from serving_load import difference
for way, given in answers.items():
    problem = difference(given, expected, {"relative": 1e-6})
    assert problem is None, f"{way}: {problem}"
print(", ".join(answers))
"""


@pytest.mark.parametrize(("name", "ways"), [("churn", "at once, together, a table"), ("spam", "at once, together")])
def test_the_model_by_hand_answers_as_the_notebook(sample: Get, name: str, ways: str) -> None:
    repository = sample(name)
    env = {"PYTHONPATH": str(BENCHMARKS / "serving_peers"), "PACKAGE": name, "SOURCES": str(repository / "src")}
    command = [sys.executable, "-c", ASKED, str(BENCHMARKS)]
    done = subprocess.run(command, cwd=repository, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ways


@pytest.mark.parametrize("name", ["churn", "spam"])
def test_fastapi_by_hand_answers_as_the_notebook(
    sample: Get, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from serving_cases import Repository
    from serving_running import free_ports, running
    from serving_sides import PEERS, Place

    place = Place(Repository(sample(name)), Path(sys.executable), tmp_path, free_ports(1))
    with running(PEERS["fastapi"], place) as started:
        assert started.check() == len(place.repository.parity("requests"))
        assert started.load(2, 0.5, batch=100)["wrong"] == 0
