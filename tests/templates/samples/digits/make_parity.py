"""What the notebook did: train, take images, answer them."""

import json
from pathlib import Path

from digits.data import load_data
from digits.inference import predict
from digits.parameters import Parameters
from digits.training import train

images, labels = load_data(Parameters())
model, _ = train(Parameters(), (images, labels))
digits, logits = predict(images[:40], model=model)
responses = [list(pair) for pair in zip(digits.tolist(), logits.tolist(), strict=True)]
requests = images[:40].tolist()
parity = Path("tests/parity")
parity.joinpath("requests.json").write_text(json.dumps(requests))
parity.joinpath("responses.json").write_text(json.dumps(responses))
parity.joinpath("tolerance.json").write_text(json.dumps({"relative": 1e-4}))
schema = {
    "request": {
        "kind": "array",
        "container": "torch.Tensor",
        "inputs": ["images"],
        "batched_container": True,
        "batch": True,
        "type": "number",
        "dtype": "float32",
        "shape": [8, 8],
        "minimum": 0.0,
        "maximum": 1.0,
    },
    "response": {"answer": "split", "type": "array", "dtype": "int64"},
    "example": {"request": requests[0], "response": responses[0]},
}
Path("src/digits/schema.json").write_text(json.dumps(schema, indent=2))
