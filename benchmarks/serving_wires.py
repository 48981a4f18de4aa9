"""How the measured services are spoken to: records in, a request's path and body out; and back again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Wire:
    """One way to ask for predictions over HTTP with JSON."""

    path: str
    asked: Callable[[list[Any]], Any]
    """The value that is sent, for some records."""
    answered: Callable[[Any], list[Any]]
    """The predictions in the value that comes back."""

    def request(self, records: list[Any]) -> bytes:
        """Return a whole request, as a client sends it."""
        body = json.dumps(self.asked(records), separators=(",", ":")).encode()
        head = f"POST {self.path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body

    def predictions(self, body: bytes) -> list[Any]:
        """Return the predictions in a body; raise ``ValueError`` where there are none."""
        try:
            return self.answered(json.loads(body))
        except (KeyError, IndexError, TypeError) as error:
            raise ValueError(f"no predictions in {body[:200]!r}") from error


def _records(records: list[Any]) -> Any:
    return {"records": records}


def _tensor(records: list[Any]) -> Any:
    texts = [json.dumps(record) for record in records]
    tensor = {"name": "records", "shape": [len(texts), 1], "datatype": "BYTES", "data": texts}
    return {"inputs": [{**tensor, "parameters": {"content_type": "str"}}]}


def _rows(records: list[Any]) -> Any:
    return {"dataframe_records" if isinstance(records[0], dict) else "inputs": records}


WIRES = {
    "service": Wire("/predict", _records, lambda value: list(value["predictions"])),
    "list": Wire("/predict", _records, lambda value: list(value)),
    "inference protocol": Wire(
        "/v2/models/model/infer", _tensor, lambda value: [json.loads(text) for text in value["outputs"][0]["data"]]
    ),
    "mlflow": Wire("/invocations", _rows, lambda value: list(value["predictions"])),
    "echo": Wire("/predict", _records, lambda value: list(value["records"])),
}
"""By name. The echo is sent what the service is sent, and has to give the records back."""
