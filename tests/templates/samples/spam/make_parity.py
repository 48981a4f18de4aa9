"""What the notebook did: train, take texts, answer them."""

import json
from pathlib import Path

from spam.data import load_data
from spam.parameters import Parameters
from spam.training import train

texts, labels = load_data(Parameters())
model, names = train(Parameters(), (texts, labels))
responses = [names[label] for label in model.predict(texts).tolist()]
parity = Path("tests/parity")
parity.joinpath("requests.json").write_text(json.dumps(texts))
parity.joinpath("responses.json").write_text(json.dumps(responses))
schema = {
    "request": {
        "kind": "text",
        "container": "list",
        "inputs": ["messages"],
        "batched_container": True,
        "batch": True,
    },
    "response": {"answer": "split", "type": "string"},
    "example": {"request": texts[0], "response": responses[0]},
}
Path("src/spam/schema.json").write_text(json.dumps(schema, indent=2))
