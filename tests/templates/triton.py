"""A service is asked by a client of the Open Inference Protocol that nobody here wrote: NVIDIA's for Triton."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

triton = pytest.importorskip("tritonclient.http", reason="tritonclient is not installed")
DTYPES: dict[str, Any] = {"INT64": np.int64, "FP64": np.float64, "BOOL": np.bool_, "BYTES": np.object_}


def infer(port: int, name: str, requests: list[Any], *, binary: bool) -> tuple[list[int], list[Any]]:
    """Return the places of the records that tensors can hold, and what the client was answered to these."""
    with triton.InferenceServerClient(f"127.0.0.1:{port}") as client:
        assert client.is_server_live() and client.is_server_ready() and client.is_model_ready(name)
        described = client.get_model_metadata(name)
        places = [place for place, row in enumerate(requests) if fits(row, described, binary)]
        rows = [requests[place] for place in places]
        inputs = [tensor(each, rows, described, binary) for each in described["inputs"]]
        wanted = [triton.InferRequestedOutput(each["name"], binary_data=binary) for each in described["outputs"]]
        result = client.infer(name, inputs, outputs=wanted, request_id="one")
        assert result.get_response()["id"] == "one"
        found = {each["name"]: result.as_numpy(each["name"]).tolist() for each in described["outputs"]}
        with pytest.raises(triton.InferenceServerException, match="no such model"):
            client.infer("nobody", inputs)
    return places, answers({key: [plain(value) for value in values] for key, values in found.items()})


def fits(row: Any, described: dict[str, Any], binary: bool) -> bool:
    """Whether tensors can hold a record: as bytes only numbers with a fraction can be missing, for the client none."""
    nan = {each["name"] for each in described["inputs"] if binary and each["datatype"] == "FP64"}
    return all(value is not None or name in nan for name, value in as_dict(row, described).items())


def answers(columns: dict[str, list[Any]]) -> list[Any]:
    """Return what outputs say of each record, in the form of an answer to ``/predict``."""
    if list(columns) == ["predictions"]:
        return columns["predictions"]
    rows = list(zip(*columns.values(), strict=True))
    if all(name.startswith("predictions.") for name in columns):
        return [list(row) for row in rows]
    return [dict(zip(columns, row, strict=True)) for row in rows]


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
