"""The Open Inference Protocol: the notebook's answers by tensors, and its own way to refuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from {{ cookiecutter.package }}.service import create_app, oip
from {{ cookiecutter.package }}.service.oip_bodies import read_tensors, write_tensors
from {{ cookiecutter.package }}.service.oip_parts import HEADER_LENGTH
from {{ cookiecutter.package }}.service.oip_tensors import INPUTS, Tensor, records_of
from {{ cookiecutter.package }}.service.settings import Settings

from .hostile import HOSTILE
from .oip_requests import outputs, plain, same_shape, tensors
from .parity import REQUESTS, RESPONSES, difference
from .server import Answer, Client, running

MODEL = f"/v2/models/{oip.NAME}"


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with running(create_app()) as client:
        yield client


def infer(client: Client, records: list[Any], path: str = MODEL, **more: Any) -> Answer:
    return client.post(f"{path}/infer", {"inputs": tensors(records), **more})


def test_the_notebooks_answers_by_tensors(client: Client) -> None:
    places = same_shape()[:100]
    answer = infer(client, [REQUESTS[place] for place in places], id="mine")
    assert answer.status == 200, answer.body
    body = answer.json()
    assert body["id"] == "mine"
    assert body["model_version"] == client.get("/readyz").json()["model_version"]
    wanted = outputs([RESPONSES[place] for place in places])
    found = {each["name"]: each["data"] for each in body["outputs"]}
    assert list(found) == list(wanted)
    for name, values in wanted.items():
        assert difference(plain(found[name]), values) is None, name


def test_flags_are_a_parameter_of_the_answer() -> None:
    app = create_app()
    found = [{"record": 0, "field": "age", "reason": "out_of_range"}]
    app.service.checks.append(lambda exchange, records: setattr(exchange, "flags", found))
    with running(app) as client:
        said = infer(client, REQUESTS[:1]).json()["parameters"]
        assert json.loads(said["flags"]) == found
        found = []
        assert "parameters" not in infer(client, REQUESTS[:1]).json()


def test_paths_with_and_without_a_version(client: Client) -> None:
    version = client.get("/readyz").json()["model_version"]
    for path in (MODEL, f"{MODEL}/versions/{version}"):
        said = client.get(path).json()
        assert (said["name"], said["versions"]) == (oip.NAME, [version])
        assert [each["name"] for each in said["inputs"]] == [each.name for each in INPUTS]
        assert client.get(f"{path}/ready").json() == {"name": oip.NAME, "ready": True}
        assert infer(client, REQUESTS[:1], path).status == 200
    assert client.get("/v2/health/live").json() == {"live": True}
    assert client.get("/v2/health/ready").json() == {"ready": True}
    assert client.get("/v2").json()["extensions"] == ["binary_tensor_data"]


def as_bytes(records: list[Any]) -> tuple[bytes, dict[str, str]]:
    """Return a request whose inputs and outputs are bytes, and its headers."""
    made = [
        Tensor(each["name"], each["datatype"], tuple(each["shape"]), each["data"])
        for each in tensors(records)
    ]
    raw, length = write_tensors({}, made, {each.name: True for each in made})
    assert length is not None
    inputs = json.loads(raw[:length])["outputs"]
    text = json.dumps({"inputs": inputs, "parameters": {"binary_data_output": True}}).encode()
    return text + raw[length:], {
        "content-type": "application/octet-stream",
        "inference-header-content-length": str(len(text)),
    }


def whole() -> int:
    """Return the place of a record without missing values: only numbers can be missing as bytes."""
    for place, record in enumerate(REQUESTS):
        if not any(value is None for each in tensors([record]) for value in each["data"]):
            return place
    pytest.skip("every record has missing values")


def test_tensors_as_bytes(client: Client) -> None:
    place = whole()
    body, headers = as_bytes([REQUESTS[place]])
    answer = client.send("POST", f"{MODEL}/infer", body, headers)
    assert answer.status == 200, answer.body
    length = int(answer.headers["inference-header-content-length"])
    described = json.loads(answer.body[:length])["outputs"]
    found = read_tensors({"inputs": described}, answer.body[length:])
    for name, values in outputs([RESPONSES[place]]).items():
        (tensor,) = [each for each in found if each.name == name]
        assert difference(plain(tensor.data), values) is None


def refused(answer: Answer, status: int) -> None:
    assert answer.status == status, answer.body
    assert list(answer.json()) == ["error"]


def test_what_is_wrong_is_refused_in_the_protocols_own_form(client: Client) -> None:
    inputs = tensors(REQUESTS[:1])
    first = inputs[0]
    changed = [
        [],
        inputs[1:] or [{**first, "name": "nobody"}],
        [*inputs, first],
        [*inputs, {**first, "name": "nobody"}],
        [{**first, "datatype": "FP128"}, *inputs[1:]],
        [{**first, "shape": [2]}, *inputs[1:]],
        [{**first, "shape": [-1]}, *inputs[1:]],
        [{**first, "shape": "1"}, *inputs[1:]],
        [{**first, "data": None}, *inputs[1:]],
        [{**first, "data": [object_for(first)]}, *inputs[1:]],
        [{**first, "parameters": {"binary_data_size": 8}}, *inputs[1:]],
        [1],
    ]
    for wrong in changed:
        refused(client.post(f"{MODEL}/infer", {"inputs": wrong}), 400)
    refused(infer(client, REQUESTS[:1], outputs=[{"name": "nobody"}]), 400)
    refused(infer(client, REQUESTS[:1], "/v2/models/nobody"), 404)
    refused(infer(client, REQUESTS[:1], f"{MODEL}/versions/0"), 404)
    refused(client.get("/v2/nowhere"), 404)
    refused(client.get(f"{MODEL}/infer"), 405)


def object_for(tensor: dict[str, Any]) -> Any:
    return 1 if tensor["datatype"] == "BYTES" else "text"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bodies_are_refused(client: Client, name: str) -> None:
    status, body = HOSTILE[name]
    refused(client.post(f"{MODEL}/infer", body), 413 if status == 413 else 400)


def test_bytes_that_are_cut_are_refused(client: Client) -> None:
    body, headers = as_bytes([REQUESTS[whole()]])
    for cut in (body[:-1], body + b"\0", body[:20]):
        refused(client.send("POST", f"{MODEL}/infer", cut, headers), 400)
    for length in ("-1", "1e3", str(len(body) + 1), "0", "5"):
        odd = {**headers, "inference-header-content-length": length}
        refused(client.send("POST", f"{MODEL}/infer", body, odd), 400)


def test_records_come_back_from_tensors_as_they_were() -> None:
    for record in REQUESTS[:50]:
        assert records_of(read_tensors({"inputs": tensors([record])}, b"")) == [record]


def test_it_can_be_switched_off() -> None:
    with running(create_app(Settings(oip=False))) as client:
        assert client.get("/v2").status == 404


ODD = {
    "parameters": {"parameters": 1},
    "a list of parameters": {"parameters": [1]},
    "a shape": {"shape": [10**400]},
    "a datatype": {"datatype": []},
}


@pytest.mark.parametrize("name", ODD)
def test_a_tensor_that_is_none_is_told(client: Client, name: str) -> None:
    first, *rest = tensors(REQUESTS[:1])
    answer = client.post(f"{MODEL}/infer", {"inputs": [{**first, **ODD[name]}, *rest]})
    assert answer.status == 400 and set(answer.json()) == {"error"}


@pytest.mark.parametrize("length", ["9" * 5000, "-1", "many", "1e3"])
def test_a_length_that_is_none_is_told(client: Client, length: str) -> None:
    body = json.dumps({"inputs": tensors(REQUESTS[:1])}).encode()
    answer = client.send("POST", f"{MODEL}/infer", body, {HEADER_LENGTH: length})
    assert answer.status == 400 and HEADER_LENGTH in answer.json()["error"]


def test_an_id_comes_back_as_it_was(client: Client) -> None:
    for given in ("caf\u00e9", "\ud800"):
        assert infer(client, REQUESTS[:1], id=given).json()["id"] == given


def test_a_service_about_to_stop_is_not_ready_and_answers() -> None:
    app = create_app()
    with running(app) as client:
        app.service.draining = True
        for path in ("/v2/health/ready", f"{MODEL}/ready"):
            answer = client.get(path)
            assert (answer.status, answer.json()["ready"]) == (503, False)
        assert client.get("/v2/health/live").status == 200
        assert infer(client, REQUESTS[:1]).status == 200
