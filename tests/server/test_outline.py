"""What JupyterLab is told of a notebook as it is in the browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from tests.server.conftest import API, Fetch


async def _outline(fetch: Fetch, path: Path, document: dict[str, Any], **more: Any) -> dict[str, Any]:
    body = json.dumps({"path": path.name, "content": document, **more})
    return dict(json.loads((await fetch(*API, "outline", method="POST", body=body, request_timeout=60)).body))


async def test_cells_their_sections_and_what_flows(jp_fetch: Fetch, churn: Path) -> None:
    document = json.loads(churn.read_text())
    found = await _outline(jp_fetch, churn, document)
    code = [cell for cell in document["cells"] if cell["cell_type"] == "code"]
    assert [cell["id"] for cell in found["cells"]] == [cell["id"] for cell in code]
    assert {cell["section"] for cell in found["cells"]} >= {"data", "training", "evaluation", "inference", None}
    assert [(edge["from"], edge["to"]) for edge in found["edges"] if edge["name"] == "raw"] == [(2, 3), (2, 4)]


async def test_the_form_of_an_export_gets_its_name_and_its_parameters(jp_fetch: Fetch, churn: Path) -> None:
    found = await _outline(jp_fetch, churn, json.loads(churn.read_text()))
    assert found["project"] == "churn"
    settings = {each["name"]: each for each in found["settings"]}
    assert settings["test_size"] == {
        "name": "test_size",
        "value": "0.25",
        "type": "float",
        "help": "share of the customers kept for the final check",
    }
    assert list(settings) == ["test_size", "learning_rate", "max_depth", "threshold", "random_state"]


async def test_sections_are_suggested_for_what_is_not_saved_yet(jp_fetch: Fetch, churn: Path) -> None:
    document = json.loads(churn.read_text())
    for cell in document["cells"]:
        cell["metadata"].pop("tags", None)
    before = churn.read_bytes()
    found = await _outline(jp_fetch, churn, document, suggest=True)
    assert found["model"]["name"] == "model"
    assert all(cell["suggestion"]["reason"] for cell in found["cells"])
    assert churn.read_bytes() == before


async def test_a_cell_that_a_section_needs_says_so(jp_fetch: Fetch, churn: Path) -> None:
    document = json.loads(churn.read_text())
    for cell in document["cells"]:
        if "X_train, X_test" in "".join(cell["source"]):
            cell["metadata"].pop("tags")
    found = await _outline(jp_fetch, churn, document)
    (needed,) = [cell["needed_by"] for cell in found["cells"] if cell["needed_by"]]
    assert needed == {"cell": 8, "section": "training", "name": "X_train", "direct": True}


async def test_all_that_is_wrong_with_a_notebook_comes_at_once(jp_fetch: Fetch, small: Path) -> None:
    document = json.loads(small.read_text())
    for cell in document["cells"][:2]:
        cell["source"] = "x = ("
    with pytest.raises(HTTPClientError) as refused:
        await _outline(jp_fetch, small, document)
    assert refused.value.code == 422
    assert refused.value.response is not None
    problems = json.loads(refused.value.response.body)["problems"]
    assert [problem["where"][:8] for problem in problems] == ["cell [1]", "cell [2]"]


async def test_a_problem_names_the_notebook_as_the_browser_knows_it(jp_fetch: Fetch, churn: Path) -> None:
    document = {**json.loads(churn.read_text()), "cells": []}
    with pytest.raises(HTTPClientError) as refused:
        await _outline(jp_fetch, churn, document)
    assert refused.value.response is not None
    (problem,) = json.loads(refused.value.response.body)["problems"]
    assert problem["where"] == churn.name
