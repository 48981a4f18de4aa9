"""What the notebook did: fit, take calls, answer them."""

import json
from pathlib import Path

from tariff.data import load_data
from tariff.inference import predict
from tariff.parameters import Parameters
from tariff.training import train

coefficients, factors = train(Parameters(), load_data(Parameters()))
requests = [
    {"minutes": minutes + 0.5, "country": country, "peak": peak}
    for minutes in range(10)
    for country, peak in (("de", True), ("fr", False))
]
prices = [predict(**row, coefficients=coefficients, factors=factors) for row in requests]
responses = [{"amount": float(p.amount), "factor": p.factor, "note": p.note} for p in prices]
parity = Path("tests/parity")
parity.joinpath("requests.json").write_text(json.dumps(requests))
parity.joinpath("responses.json").write_text(json.dumps(responses))
schema = {
    "request": {
        "kind": "record",
        "container": "arguments",
        "inputs": ["minutes", "country", "peak"],
        "batched_container": False,
        "batch": False,
        "fields": [
            {"name": "minutes", "type": "number", "dtype": "float", "nullable": False},
            {"name": "country", "type": "string", "dtype": "str", "nullable": False},
            {"name": "peak", "type": "boolean", "dtype": "bool", "nullable": False},
        ],
    },
    "response": {"answer": "whole", "type": "object"},
    "example": {"request": requests[0], "response": responses[0]},
}
Path("src/tariff/schema.json").write_text(json.dumps(schema, indent=2))
