"""FastAPI by hand: a pydantic model of the record, and a plain function, which FastAPI runs in its thread pool."""

from typing import Any

from fastapi import FastAPI
from model import answers, schema
from pydantic import BaseModel, Field, create_model

PLAIN = {"number": float, "integer": int, "string": str, "boolean": bool, "datetime": str}


def record_type(request: dict[str, Any]) -> Any:
    """Return what somebody would write down for this record: a class with a field for each column, or a plain type."""
    if request.get("fields") is None:
        return PLAIN.get(request.get("type", "string"), Any)
    fields: dict[str, Any] = {}
    for number, field in enumerate(request["fields"]):
        plain: Any = PLAIN.get(field["type"], Any)
        plain = plain | None if field["nullable"] else plain
        fields[f"field_{number}"] = (plain, Field(alias=field["name"]))
    return create_model("Record", **fields)


Record = record_type(schema.REQUEST)


class Request(BaseModel):
    """What is sent."""

    records: list[Record]  # type: ignore[valid-type]


class Answer(BaseModel):
    """What is answered."""

    predictions: list[Any]


app = FastAPI()


@app.post("/predict")
def predict(request: Request) -> Answer:
    """Answer one prediction for each record."""
    records = [each.model_dump(by_alias=True) if isinstance(each, BaseModel) else each for each in request.records]
    return Answer(predictions=answers(records))
