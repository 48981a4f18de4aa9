"""Tensors of the Open Inference Protocol to records, and predictions to tensors."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..schema import EXAMPLE, REQUEST, RESPONSE

FLOATS = ("FP16", "FP32", "FP64")
INTEGERS = ("INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64")
DATATYPES = {"integer": "INT64", "number": "FP64", "boolean": "BOOL"}
"""Of fields, by their type in the schema; all else is ``BYTES``."""
TAKEN = {"INT64": INTEGERS, "FP64": (*FLOATS, *INTEGERS), "BOOL": ("BOOL",), "BYTES": ("BYTES",)}
"""What may be sent for each."""
MOST_PLACES = 16
"""Of a list, each of which is a tensor of its own where the values are of different kinds."""
PYTHON = {"BOOL": bool, "BYTES": str, **dict.fromkeys(INTEGERS, int)}


class TensorError(ValueError):
    """Tensors that make no records."""


@dataclass(frozen=True)
class Tensor:
    """Values in row-major order; ``None`` for one that is missing."""

    name: str
    datatype: str
    shape: tuple[int, ...]
    data: Sequence[Any]


@dataclass(frozen=True)
class Input:
    """A tensor that the model asks for."""

    name: str
    datatype: str
    shape: tuple[int, ...]
    """Of one record; -1 is any length."""
    as_json: bool
    """Whether each value is a JSON text."""
    nullable: bool


def _input(field: Mapping[str, Any], name: str) -> Input:
    kind = field["type"] if field["type"] != "array" else _element(field)
    nested = field["type"] in ("object", "any") or kind not in (*DATATYPES, "string", "datetime")
    shape = tuple(field.get("shape", [-1])) if field["type"] == "array" and not nested else ()
    return Input(name, DATATYPES.get(kind, "BYTES"), shape, nested, bool(field.get("nullable")))


def _element(field: Mapping[str, Any]) -> str:
    dtype = str(field.get("dtype", "float64")).lower().removeprefix("torch.")
    if dtype.startswith(("int", "uint")):
        return "integer"
    return "boolean" if dtype.startswith("bool") else "number"


def inputs() -> list[Input]:
    """Return a tensor for each field, or the only one where a record has no fields."""
    if "fields" in REQUEST:
        return [_input(field, field["name"]) for field in REQUEST["fields"]]
    kind = {"array": "array", "text": "string"}.get(REQUEST["kind"], REQUEST.get("type", "any"))
    return [_input({**REQUEST, "type": kind}, REQUEST["inputs"][0])]


INPUTS = inputs()


def records_of(tensors: Sequence[Tensor]) -> list[Any]:
    """Return the records, not yet checked against the schema.

    Raises:
        TensorError: if tensors are missing, unknown, of another length, shape or datatype.
    """
    given = {tensor.name: tensor for tensor in tensors}
    wanted = {each.name for each in INPUTS}
    if len(given) != len(tensors):
        raise TensorError("an input is there twice")
    if set(given) - wanted:
        raise TensorError(
            f"there are inputs that are not known; known are {', '.join(sorted(wanted))}"
        )
    missing = [each.name for each in INPUTS if each.name not in given]
    if missing:
        raise TensorError(f"inputs are missing: {', '.join(missing)}")
    columns = [_values(given[each.name], each) for each in INPUTS]
    if len({len(column) for column in columns}) != 1:
        raise TensorError("the inputs are of different lengths")
    if "fields" not in REQUEST:
        return columns[0]
    names = [each.name for each in INPUTS]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _values(tensor: Tensor, wanted: Input) -> list[Any]:
    """Return a value for each record."""
    if tensor.datatype not in TAKEN[wanted.datatype]:
        raise TensorError(f"{wanted.name} must be {wanted.datatype}, not of another datatype")
    shape = tensor.shape
    if len(shape) == len(wanted.shape) + 2 and shape[-1] == 1:
        shape = shape[:-1]  # a column of a table may be sent as a matrix of one column
    fits = len(shape) == len(wanted.shape) + 1 and all(
        want in (-1, have) for want, have in zip(wanted.shape, shape[1:], strict=True)
    )
    if not fits or math.prod(shape) != len(tensor.data):
        expected = [-1, *wanted.shape]
        raise TensorError(
            f"{wanted.name} must have the shape {expected}, and as many values as its shape says"
        )
    data = [_value(each, wanted) for each in tensor.data]
    return list(_rows(data, shape))


def _value(value: Any, wanted: Input) -> Any:
    if wanted.nullable and isinstance(value, float) and math.isnan(value):
        return None
    if not wanted.as_json or value is None:
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise TensorError(f"each value of {wanted.name} must be a JSON text") from None


def _rows(data: Sequence[Any], shape: tuple[int, ...]) -> Iterator[Any]:
    """Yield the parts along the first axis, as nested lists."""
    if len(shape) == 1:
        yield from data
        return
    size = math.prod(shape[1:])
    for place in range(shape[0]):
        yield list(_rows(data[place * size : (place + 1) * size], shape[1:]))


def tensors_of(predictions: Sequence[Any], name: str = "predictions") -> list[Tensor]:
    """Return predictions as tensors: one for each key or place where all have the same and no datatype fits all."""
    keys = _keys(predictions)
    shape = _shape(predictions) if keys is None or not isinstance(predictions[0], dict) else []
    flat = list(_leaves(predictions, len(shape))) if shape else []
    datatype = _datatype(flat, name) if shape else ""
    if datatype:
        return [Tensor(name, datatype, tuple(shape), flat)]
    if keys is not None:
        start = "" if name == "predictions" and isinstance(predictions[0], dict) else f"{name}."
        columns = [(key, [prediction[key] for prediction in predictions]) for key in keys]
        return [tensor for key, column in columns for tensor in tensors_of(column, f"{start}{key}")]
    texts = [json.dumps(prediction, ensure_ascii=False) for prediction in predictions]
    return [Tensor(name, "BYTES", (len(predictions),), texts)]


def _keys(predictions: Sequence[Any]) -> Sequence[Any] | None:
    """Return the keys or places that all predictions have, unless they differ or there are many."""
    first = predictions[0] if predictions else None
    if isinstance(first, dict):
        same = all(isinstance(each, dict) and list(each) == list(first) for each in predictions)
        return list(first) if same and first else None
    if isinstance(first, list) and 0 < len(first) <= MOST_PLACES:
        same = all(isinstance(each, list) and len(each) == len(first) for each in predictions)
        return range(len(first)) if same else None
    return None


def _shape(value: Any) -> list[int]:
    """Return the shape of nested lists, empty if they are not rectangular."""
    if not isinstance(value, (list, tuple)):
        return []
    inner = [_shape(each) for each in value if isinstance(each, list)]
    if not inner:
        return [len(value)]
    same = len(inner) == len(value) and all(shape and shape == inner[0] for shape in inner)
    return [len(value), *inner[0]] if same else []


def _leaves(value: Any, depth: int) -> Iterator[Any]:
    if depth == 0:
        yield value
        return
    for each in value:
        yield from _leaves(each, depth - 1)


def _datatype(values: Sequence[Any], name: str) -> str:
    """Return the datatype of all of them; empty if they have none in common."""
    kinds = {type(value) for value in values}
    if kinds <= {str} and kinds:
        return "BYTES"
    if kinds == {bool}:
        return "BOOL"
    declared = OUTPUT_DATATYPES.get(name)
    if kinds == {int} and declared != "FP64":
        return "INT64" if all(-(2**63) <= value < 2**63 for value in values) else ""
    return "FP64" if kinds <= {int, float, type(None)} and kinds else ""


OUTPUT_DATATYPES: dict[str, str] = (
    {"predictions": "FP64"} if RESPONSE.get("type") == "number" else {}
)
"""Where the datatype does not depend on the values of a single answer."""
OUTPUTS: list[Tensor] = [] if EXAMPLE is None else tensors_of([EXAMPLE["response"]])
OUTPUT_DATATYPES |= {tensor.name: tensor.datatype for tensor in OUTPUTS}
