"""What the notebook did: train, take rows, answer them."""

import json
from pathlib import Path

import pandas as pd
from churn.parameters import Parameters
from churn.training import train

customers = pd.read_csv("data/customers.csv", parse_dates=["joined"])
pipeline, threshold = train(Parameters(), customers)
sample = customers.drop(columns="left")
probability = pipeline.predict_proba(sample)[:, 1]
requests = json.loads(sample.to_json(orient="records", date_format="iso"))
for row, (_, values) in zip(requests, sample.iterrows(), strict=True):
    row["joined"] = values["joined"].isoformat()
responses = [{"leaves": bool(p > threshold), "probability": float(p)} for p in probability]
parity = Path("tests/parity")
parity.joinpath("requests.json").write_text(json.dumps(requests))
parity.joinpath("responses.json").write_text(json.dumps(responses))
text = "object" if sample["plan"].dtype == object else "str"
fields = [
    {"name": "age", "type": "integer", "dtype": "int64", "nullable": False, "minimum": 20, "maximum": 69},
    {"name": "plan", "type": "string", "dtype": text, "nullable": True, "categories": ["basic", "pro"]},
    {"name": "joined", "type": "datetime", "dtype": str(sample["joined"].dtype), "nullable": False},
    {"name": "income", "type": "number", "dtype": "float64", "nullable": False},
]
schema = {
    "request": {
        "kind": "table",
        "container": "pandas.DataFrame",
        "inputs": ["sample"],
        "batched_container": True,
        "batch": True,
        "fields": fields,
    },
    "response": {"answer": "split", "type": "object"},
    "example": {"request": requests[0], "response": responses[0]},
}
Path("src/churn/schema.json").write_text(json.dumps(schema, indent=2))
