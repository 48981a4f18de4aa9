"""A service is asked by a client of the Open Inference Protocol that nobody here wrote: NVIDIA's for Triton."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.templates.test_samples import service

triton = pytest.importorskip("tritonclient.http", reason="tritonclient is not installed")
DTYPES: dict[str, Any] = {"INT64": np.int64, "FP64": np.float64, "BOOL": np.bool_, "BYTES": np.object_}


@pytest.mark.parametrize("binary", [True, False], ids=["bytes", "JSON"])
@pytest.mark.parametrize("name", ["churn", "spam", "tariff"])
def test_it_gets_the_notebooks_answers(sample: Callable[[str], Path], name: str, binary: bool) -> None:
    folder = sample(name) / "tests/parity"
    requests, responses = (json.loads((folder / f"{each}.json").read_text()) for each in ("requests", "responses"))
    with service(sample(name)) as port, triton.InferenceServerClient(f"127.0.0.1:{port}") as client:
        assert client.is_server_live() and client.is_server_ready() and client.is_model_ready(name)
        described = client.get_model_metadata(name)
        rows = [row for row in requests if not any(value is None for value in as_dict(row, described).values())][:20]
        inputs = [tensor(each, rows, described, binary) for each in described["inputs"]]
        wanted = [triton.InferRequestedOutput(each["name"], binary_data=binary) for each in described["outputs"]]
        result = client.infer(name, inputs, outputs=wanted, request_id="one")
        assert result.get_response()["id"] == "one"
        found = {each["name"]: result.as_numpy(each["name"]).tolist() for each in described["outputs"]}
        with pytest.raises(triton.InferenceServerException, match="no such model"):
            client.infer("nobody", inputs)
    expected = [responses[requests.index(row)] for row in rows]
    for key, values in found.items():
        right = expected if key == "predictions" else [answer[key] for answer in expected]
        assert [plain(value) for value in values] == [
            pytest.approx(value, rel=1e-6) if isinstance(value, float) else value for value in right
        ]


def plain(value: Any) -> Any:
    """Return what JSON has for it; bytes of numbers have NaN for null."""
    if isinstance(value, bytes):
        return value.decode()
    return None if value != value else value


def as_dict(row: Any, described: dict[str, Any]) -> dict[str, Any]:
    return row if isinstance(row, dict) else {described["inputs"][0]["name"]: row}


def tensor(wanted: dict[str, Any], rows: list[Any], described: dict[str, Any], binary: bool) -> Any:
    values = [as_dict(row, described)[wanted["name"]] for row in rows]
    array = np.array(values, dtype=DTYPES[wanted["datatype"]])
    made = triton.InferInput(wanted["name"], list(array.shape), wanted["datatype"])
    made.set_data_from_numpy(array, binary_data=binary)
    return made
