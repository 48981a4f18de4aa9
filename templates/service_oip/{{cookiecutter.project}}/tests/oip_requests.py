"""Records as the tensors of the Open Inference Protocol, and predictions as its outputs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from {{ cookiecutter.package }}.schema import REQUEST
from {{ cookiecutter.package }}.service.oip_tensors import INPUTS, tensors_of

from .parity import REQUESTS


def flat(value: Any) -> list[Any]:
    return [leaf for each in value for leaf in flat(each)] if isinstance(value, list) else [value]


def tensors(records: list[Any]) -> list[dict[str, Any]]:
    """Return records as the protocol's JSON."""
    described = []
    for each in INPUTS:
        values = [record[each.name] for record in records] if "fields" in REQUEST else records
        if each.as_json:
            values = [None if value is None else json.dumps(value) for value in values]
        shape = [len(values), *sizes(values[0], len(each.shape))]
        said = {"name": each.name, "datatype": each.datatype, "shape": shape}
        described.append({**said, "data": flat(values)})
    return described


def sizes(value: Any, depth: int) -> list[int]:
    return [len(value), *sizes(value[0], depth - 1)] if depth else []


def same_shape() -> list[Any]:
    """Return the notebook's records that can be one tensor with the first."""
    first = [each["shape"][1:] for each in tensors(REQUESTS[:1])]
    return [
        place
        for place, record in enumerate(REQUESTS)
        if [each["shape"][1:] for each in tensors([record])] == first
    ]


def outputs(predictions: list[Any]) -> dict[str, list[Any]]:
    return {each.name: plain(each.data) for each in tensors_of(predictions)}


def plain(values: Sequence[Any]) -> list[Any]:
    """Return values as an answer to ``/predict`` has them: what is JSON in a text, and null for NaN."""
    return [
        json.loads(value)
        if isinstance(value, str) and value[:1] in ("[", "{")
        else None
        if value != value
        else value
        for value in values
    ]
