"""What JupyterLab is told to stand between a notebook, as it is in the browser, and production."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from nb2prod.rules.stored_texts import LEFT_OUT
from nb2prod.workflows.edited import found_in, whole
from tests.making import as_notebook, nb2prod
from tests.running import worker_in
from tests.server.conftest import API, Fetch

STAR = ((None, "from math import *"), ("data", "rows = [1]"), ("training", "model = rowz"))


async def _found(fetch: Fetch, document: dict[str, Any]) -> dict[str, Any]:
    body = json.dumps({"path": "n.ipynb", "content": document})
    return dict(json.loads((await fetch(*API, "findings", method="POST", body=body, request_timeout=60)).body))


async def _refused(fetch: Fetch, document: dict[str, Any]) -> tuple[int, list[dict[str, str]]]:
    with pytest.raises(HTTPClientError) as refused:
        await _found(fetch, document)
    assert refused.value.response is not None
    return refused.value.code, json.loads(refused.value.response.body)["problems"]


async def test_what_is_found_is_what_the_command_finds(jp_fetch: Fetch, tmp_path: Path) -> None:
    document = as_notebook(STAR)
    found = await _found(jp_fetch, document)
    (tmp_path / "n.ipynb").write_text(json.dumps(document))
    said = json.loads(nb2prod("check", "--json", "--exit-zero", "--no-cache", "n.ipynb", cwd=tmp_path).stdout)
    known = found["findings"][0].keys()
    assert [{key: each[key] for key in known} for each in said["notebooks"][0]["findings"]] == found["findings"]
    codes = {each["code"] for each in found["findings"]}
    assert "NB107" in codes
    severities = [each["severity"] for each in found["findings"]]
    assert found["counts"] == {name: severities.count(name) for name in ("error", "warning", "advice")}
    assert found["ignored"] == []


async def test_what_metadata_say_to_ignore_is_listed(jp_fetch: Fetch) -> None:
    document = as_notebook(STAR)
    document["cells"][0]["metadata"]["nb2prod"] = {"ignore": ["nb107"]}
    document["metadata"]["nb2prod"] = {"ignore": ["NB999"]}
    found = await _found(jp_fetch, document)
    assert "NB107" not in {each["code"] for each in found["findings"]}
    assert found["ignored"] == [
        {"code": "NB999", "name": "", "cell": None},
        {"code": "NB107", "name": "star-import", "cell": 0},
    ]


async def test_what_is_no_notebook_of_python_says_why(jp_fetch: Fetch) -> None:
    document = as_notebook(STAR, kernelspec={"name": "ir", "language": "R", "display_name": "R"})
    status, problems = await _refused(jp_fetch, document)
    assert (status, problems[0]["where"]) == (422, "n.ipynb")
    assert "written in R" in problems[0]["what"]
    status, problems = await _refused(jp_fetch, {"nbformat": 4, "cells": [1]})
    assert (status, problems[0]["what"]) == (422, "its `cells` are not a list of cells")


async def _fix(fetch: Fetch, document: dict[str, Any], finding: dict[str, Any] | None) -> dict[str, Any]:
    told = finding and {key: finding[key] for key in ("code", "what")}
    if finding and told:
        told |= {"cell": finding["id"], "line": finding["line"] or 0}
    body = json.dumps({"path": "n.ipynb", "content": document, "finding": told})
    return dict(json.loads((await fetch(*API, "fix", method="POST", body=body, request_timeout=60)).body))


async def test_a_finding_is_mended_by_changes_that_are_shown_first(jp_fetch: Fetch) -> None:
    document = as_notebook(((None, "from math import *"), ("training", "model = sqrt(2.0)")))
    found = await _found(jp_fetch, document)
    (star,) = [each for each in found["findings"] if each["code"] == "NB107"]
    fix = await _fix(jp_fetch, document, star)
    (change,) = fix["changes"]
    assert (change["kind"], change["index"], change["source"]) == ("source", 0, "from math import sqrt")
    assert change["diff"] == ["@@ -1 +1 @@", "-from math import *", "+from math import sqrt"]
    assert (await _fix(jp_fetch, document, None))["changes"] == fix["changes"]

    document["cells"][0]["source"] = "from math import sqrt"
    for finding in (star, None):
        with pytest.raises(HTTPClientError) as refused:
            await _fix(jp_fetch, document, finding)
        assert refused.value.code == 422


async def test_a_running_kernel_is_looked_at_in_a_job(jp_fetch: Fetch, small: Path) -> None:
    from jupyter_core.paths import jupyter_runtime_dir

    runtime = Path(jupyter_runtime_dir())
    runtime.mkdir(parents=True, exist_ok=True)
    order = {"kind": "check", "path": small.name, "running": "3c4d"}
    with worker_in(small.parent) as worker:
        (runtime / "kernel-3c4d.json").symlink_to(worker.name)
        worker.runs(*(cell["source"] for cell in json.loads(small.read_text())["cells"]))
        job = json.loads((await jp_fetch(*API, "jobs", method="POST", body=json.dumps(order))).body)
        events = await jp_fetch(*API, "jobs", job["id"], "events", request_timeout=120)
    ended = json.loads(events.body.splitlines()[-1])
    assert ended["state"] == "done"
    (notebook,) = ended["result"]["notebooks"]
    assert {"measured", "passed", "failed", "skipped"} & {check["state"] for check in notebook["checks"]}
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch(*API, "jobs", method="POST", body=json.dumps({**order, "running": ""}))
    assert refused.value.code == 422


async def test_a_rule_has_a_page(jp_fetch: Fetch) -> None:
    rule = json.loads((await jp_fetch(*API, "rules", "NB107", request_timeout=60)).body)
    assert (rule["name"], rule["severity"]) == ("star-import", "advice")
    assert rule["page"].startswith("## What it does")
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch(*API, "rules", "NB999", request_timeout=60)
    assert refused.value.code == 404


def test_what_the_browser_left_out_counts() -> None:
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["ab", 3]},
        {"output_type": "display_data", "metadata": {}, "data": {"image/png": [5], "text/plain": "x"}},
        7,
    ]
    document = {"cells": [{"cell_type": "code", "outputs": outputs}, "odd"]}
    filled = whole(document)["cells"][0]["outputs"]
    assert filled[0] == {"output_type": "stream", "name": "stdout", "text": ["ab"], LEFT_OUT: 3}
    assert filled[1] == {**outputs[1], "data": {"image/png": [], "text/plain": "x"}, LEFT_OUT: 5}  # type: ignore[dict-item]
    assert filled[2] == 7
    assert whole(document)["cells"][1] == "odd"
    assert document["cells"][0]["outputs"] == outputs  # type: ignore[index]  # what was given stays


def test_an_output_of_which_most_was_left_out_is_large() -> None:
    output = {"output_type": "stream", "name": "stdout", "text": ["ab", 3_000_000]}
    document = as_notebook([(None, "print(2)")])
    document["cells"][0]["outputs"] = [output]
    found = found_in(document, "n.ipynb")["findings"]
    assert [each["what"] for each in found if each["code"] == "NB707"] == [
        "its outputs have 3.0 MB in the file, more than 1"
    ]
