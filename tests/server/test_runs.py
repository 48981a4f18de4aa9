"""Runs and sweeps of a notebook beside a real server: asked for, made by jobs, listed, opened, compared, ended."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from tornado.httpclient import HTTPClientError

from tests.making import as_notebook, write_notebook
from tests.server.conftest import API, Fetch

CELLS = [
    (
        "parameters",
        "import time\nfrom typing import Literal\n\ndepth: int = 2  # of the trees\nkind: Literal['a', 'b'] = 'a'\n"
        "rate = 0.5\npause = 0.0\nname = 'x'",
    ),
    ("data", "time.sleep(pause)\nprint('as given:', repr(name))"),
    ("evaluation", "score = depth * rate\nif depth == 9:\n    raise ValueError('too deep')"),
]


@pytest.fixture
def tuned(jp_root_dir: Path) -> Path:
    """A notebook with parameters and a metric, in a folder whose name wants quoting."""
    folder = jp_root_dir / "größe & mehr"
    folder.mkdir()
    return write_notebook(folder / "tuned.ipynb", CELLS)


PATH = "größe & mehr/tuned.ipynb"


async def _post(fetch: Fetch, *where: str, **body: Any) -> dict[str, Any]:
    return dict(json.loads((await fetch(*API, *where, method="POST", body=json.dumps(body))).body))


async def _get(fetch: Fetch, *where: str, path: str = PATH, **query: str) -> dict[str, Any]:
    return dict(json.loads((await fetch(*API, *where, params={"path": path, **query})).body))


async def _ended(fetch: Fetch, **order: Any) -> dict[str, Any]:
    """Start a job and return its last event."""
    return (await _events(fetch, **order))[-1]


async def _events(fetch: Fetch, **order: Any) -> list[dict[str, Any]]:
    """Start a job and return all its events."""
    job = await _post(fetch, "jobs", **{"path": PATH, **order})
    response = await fetch(*API, "jobs", job["id"], "events", request_timeout=120)
    return [json.loads(line) for line in response.body.splitlines() if line]


async def _refusal(answer: Any) -> dict[str, Any]:
    with pytest.raises(HTTPClientError) as refused:
        await answer
    assert refused.value.response is not None
    assert refused.value.code == 422
    return dict(json.loads(refused.value.response.body)["problems"][0])


async def test_a_run_is_asked_for_made_listed_and_opened(jp_fetch: Fetch, tuned: Path, jp_root_dir: Path) -> None:
    assert (await _get(jp_fetch, "runs"))["runs"] == [], "nothing is recorded yet"
    assert not (tuned.parent / ".nb2prod").exists(), "and asking for it records nothing"
    typed = "007, ${HOME} 'é' {{x}} %"
    ended = await _ended(jp_fetch, kind="run", parameters={"name": typed, "depth": "4", "kind": "b"})
    assert (ended["state"], ended["exit_code"]) == ("done", 0)
    name = ended["result"]["run"]["id"]

    found = await _get(jp_fetch, "runs")
    (run,) = found["runs"]
    assert (run["id"], run["status"], run["metrics"]["score"]) == (name, "succeeded", 2.0)
    assert (run["parameters"]["name"], run["parameters"]["depth"]) == (typed, 4), "exact, by the types of the notebook"
    assert run["output"] == f"größe & mehr/.nb2prod/outputs/{name}.ipynb"
    assert run["given"] == ["name", "depth", "kind"]
    assert "score" in found["metrics"]

    one = await _get(jp_fetch, "runs", name)
    assert one["run"]["notebook"] == PATH
    assert [each["status"] for each in one["attempts"]] == ["succeeded"]
    assert one["typed"] == {"depth": "4", "kind": "b", "rate": "0.5", "pause": "0.0", "name": typed}

    output = (await _get(jp_fetch, "runs", name, "output"))["content"]
    assert "as given:" in json.dumps(output["cells"])
    jobs = json.loads((await jp_fetch(*API, "jobs")).body)["jobs"]
    assert jobs[0]["parameters"] == ["depth", "kind", "name"]
    assert typed not in json.dumps(jobs[0]["parameters"])


async def test_a_sweep_is_counted_made_and_compared(jp_fetch: Fetch, tuned: Path) -> None:
    vary = {"depth": "1..3", "rate": "0.5, 1"}
    form = await _post(jp_fetch, "runs", "form", path=PATH, content=as_notebook(CELLS), vary=vary)
    assert (form["runs"], form["wrong"]) == (6, [])
    events = await _events(
        jp_fetch, kind="sweep", vary=vary, parameters={"kind": "b"}, metric="score", direction="minimize", workers=2
    )
    ended = events[-1]
    assert [event.get("total") for event in events if event["event"] == "sweep-ended"] == [6] * 6
    assert "sweep-cell" not in {event["event"] for event in events}, "one for each cell of each run is too many"
    assert ended["state"] == "done", ended
    assert ended["result"]["runs"] == [f"{ended['result']['sweep']['id']}-{number}" for number in range(1, 7)]
    found = await _get(jp_fetch, "runs")
    assert [run["number"] for run in found["runs"]] == [6, 5, 4, 3, 2, 1]
    assert {(run["parameters"]["depth"], run["parameters"]["rate"]) for run in found["runs"]} == {
        (depth, rate) for depth in (1, 2, 3) for rate in (0.5, 1.0)
    }
    assert found["varied"] == ["depth", "rate"]
    (sweep,) = found["sweeps"]
    assert (sweep["metric"], sweep["direction"], sweep["varied"]) == ("score", "minimize", ["depth", "rate"])
    assert sweep["counts"] == {"succeeded": 6}
    assert len((await _get(jp_fetch, "runs", limit="2"))["runs"]) == 2
    one, other = found["runs"][-1]["id"], found["runs"][0]["id"]
    compared = await _get(jp_fetch, "runs", one, "with", other)
    assert compared["runs"] == [one, other]
    assert compared["parameters"] == {"depth": [1, 3], "rate": [0.5, 1.0]}
    assert compared["metrics"]["score"] == [0.5, 3.0, 2.5]


async def test_a_run_that_has_kept_what_an_export_needs_is_exported_as_it_was(
    jp_fetch: Fetch, tuned: Path, jp_root_dir: Path
) -> None:
    cells = [*CELLS, ("inference", "row = {'x': 2.0}\nanswer = row['x'] * score")]
    write_notebook(tuned, cells)
    plain = (await _ended(jp_fetch, kind="run"))["result"]["run"]["id"]
    assert (await _get(jp_fetch, "runs", plain))["kept"] is False
    ended = await _ended(jp_fetch, kind="run", parameters={"depth": "7"}, evidence=True)
    name = ended["result"]["run"]["id"]
    assert (await _get(jp_fetch, "runs", name))["kept"] is True
    exported = await _ended(jp_fetch, kind="export", destination="service", run=name, verify="none")
    assert exported["state"] == "done", exported
    settings = (jp_root_dir / "service" / "src" / "tuned" / "parameters.py").read_text()
    assert re.search(r"depth: int = .*\b7\b", settings), settings
    refused = await _ended(jp_fetch, kind="export", destination="other", run=plain, verify="none")
    assert "--evidence" in refused["result"]["error"]["problems"][0]["what"]


async def test_a_run_that_is_cancelled_says_so(jp_fetch: Fetch, tuned: Path) -> None:
    job = await _post(jp_fetch, "jobs", kind="run", path=PATH, parameters={"pause": "60"})
    for _ in range(600):
        runs = (await _get(jp_fetch, "runs"))["runs"]
        if runs and runs[0]["cell"] == 1:
            break
        await asyncio.sleep(0.1)
    assert (runs[0]["status"], runs[0]["cells"]) == ("running", 3)
    half = (await _get(jp_fetch, "runs", runs[0]["id"], "output"))["content"]
    assert len(half["cells"]) == 4, "whole at every moment, with the cell of what was given"
    await jp_fetch(*API, "jobs", job["id"], method="DELETE")
    last = json.loads((await jp_fetch(*API, "jobs", job["id"], "events", request_timeout=60)).body.splitlines()[-1])
    assert last["state"] == "cancelled"
    assert [run["status"] for run in (await _get(jp_fetch, "runs"))["runs"]] == ["interrupted"]


async def test_a_run_that_fails_is_recorded_with_its_cell(jp_fetch: Fetch, tuned: Path) -> None:
    ended = await _ended(jp_fetch, kind="run", parameters={"depth": "9"})
    assert (ended["state"], ended["exit_code"]) == ("failed", 3)
    run = (await _get(jp_fetch, "runs", ended["result"]["run"]["id"]))["run"]
    assert (run["status"], run["error"]["cell"], run["error"]["message"]) == ("failed", 2, "too deep")


async def test_what_cannot_be_run_is_refused_before_anything_is_recorded(jp_fetch: Fetch, tuned: Path) -> None:
    ended = await _ended(jp_fetch, kind="run", parameters={"depth": "deep", "dept": "3"})
    assert (ended["state"], ended["exit_code"]) == ("failed", 2)
    assert len(ended["result"]["error"]["problems"]) == 2
    ended = await _ended(jp_fetch, kind="sweep", vary={"depth": "1..x"})
    assert ended["exit_code"] == 2
    assert (await _get(jp_fetch, "runs"))["runs"] == []
    both = {"kind": "sweep", "path": PATH, "parameters": {"depth": "1"}, "vary": {"depth": "1..2"}}
    said = await _refusal(_post(jp_fetch, "jobs", **both))
    assert "depth cannot both have one value and be varied" in said["what"]
    for wrong in ({"vary": {}}, {"vary": {"a=b": "1"}}, {"vary": {"depth": "1"}, "direction": "up"}):
        await _refusal(_post(jp_fetch, "jobs", kind="sweep", path=PATH, **wrong))


async def test_a_notebook_that_cannot_be_read_has_no_form(jp_fetch: Fetch) -> None:
    said = await _refusal(_post(jp_fetch, "runs", "form", path="a.ipynb", content={"nbformat": 2}))
    assert "nbformat 2" in said["what"]


async def test_a_ledger_that_the_first_run_is_just_making_has_no_runs_yet(jp_fetch: Fetch, tuned: Path) -> None:
    (tuned.parent / ".nb2prod").mkdir()
    (tuned.parent / ".nb2prod" / "runs.sqlite").touch()
    assert (await _get(jp_fetch, "runs"))["runs"] == []
    (tuned.parent / ".nb2prod" / "runs.sqlite").write_text("something else, " * 100)
    assert "runs.sqlite" in (await _refusal(_get(jp_fetch, "runs")))["where"]


async def test_what_is_not_there_is_said(jp_fetch: Fetch, tuned: Path) -> None:
    assert "no run of this notebook has been recorded" in (await _refusal(_get(jp_fetch, "runs", "abc")))["what"]
    await _ended(jp_fetch, kind="run")
    assert "there is no such run" in (await _refusal(_get(jp_fetch, "runs", "00000000")))["what"]


@pytest.mark.parametrize("path", ["../tuned.ipynb", ".hidden/tuned.ipynb", "", "a\\b.ipynb"])
async def test_no_ledger_is_looked_for_outside_of_the_folder_or_where_it_is_hidden(
    jp_fetch: Fetch, tuned: Path, path: str
) -> None:
    for where in (["runs"], ["runs", "abc"], ["runs", "abc", "output"], ["runs", "abc", "with", "abd"]):
        await _refusal(_get(jp_fetch, *where, path=path))
    await _refusal(_post(jp_fetch, "jobs", kind="run", path=path or "a//b"))


async def test_no_notebook_outside_of_the_folder_is_read(jp_fetch: Fetch, tuned: Path, tmp_path: Path) -> None:
    """The ledger may tell of one there: somebody has said so on the command line."""
    name = (await _ended(jp_fetch, kind="run"))["result"]["run"]["id"]
    outputs = tuned.parent / ".nb2prod" / "outputs"
    elsewhere = tmp_path / "elsewhere"
    outputs.rename(elsewhere)
    outputs.symlink_to(elsewhere)
    said = await _refusal(_get(jp_fetch, "runs", name, "output"))
    assert said["what"] == "its notebook lies outside the folder that Jupyter shows"
    outputs.unlink()
    assert "cannot be read any more" in (await _refusal(_get(jp_fetch, "runs", name, "output")))["what"]
    assert quote(str(tmp_path)) not in json.dumps(await _get(jp_fetch, "runs"))
