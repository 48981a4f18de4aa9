"""Bodies of the Open Inference Protocol: JSON, and JSON followed by the tensors' bytes."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .oip_tensors import FLOATS, INTEGERS, PYTHON, Tensor, TensorError

CODES = {
    "BOOL": "?",
    "UINT8": "B",
    "UINT16": "H",
    "UINT32": "I",
    "UINT64": "Q",
    "INT8": "b",
    "INT16": "h",
    "INT32": "i",
    "INT64": "q",
    "FP16": "e",
    "FP32": "f",
    "FP64": "d",
}
"""Of ``struct``, little-endian, without gaps."""
LENGTH = struct.Struct("<I")
DEEPEST = 16
"""Dimensions that a tensor may have."""


def read_tensors(body: Mapping[str, Any], rest: bytes) -> list[Tensor]:
    """Return the inputs of a request; ``rest`` are the bytes behind its JSON.

    Raises:
        TensorError: if they are not what the protocol says.
    """
    described = body.get("inputs")
    if not isinstance(described, list) or not described:
        raise TensorError('"inputs" must be a list of tensors')
    tensors = []
    at = 0
    for each in described:
        tensor, size = _tensor(each, rest[at:])
        tensors.append(tensor)
        at += size
    if at != len(rest):
        raise TensorError("there are more bytes than the inputs say")
    return tensors


def _tensor(described: Any, rest: bytes) -> tuple[Tensor, int]:
    """Return a tensor, and how many bytes it has taken."""
    if not isinstance(described, dict):
        raise TensorError("each input must be an object")
    name, datatype, shape = (described.get(key) for key in ("name", "datatype", "shape"))
    if (
        not isinstance(name, str)
        or not isinstance(datatype, str)
        or datatype not in {*CODES, "BYTES"}
    ):
        raise TensorError("each input must have a name, and a datatype of the protocol")
    plain = isinstance(shape, list) and all(type(each) is int and each >= 0 for each in shape)
    if not plain or not 1 <= len(shape) <= DEEPEST:
        raise TensorError("the shape of each input must be a list of lengths")
    parameters = described.get("parameters") or {}
    if not isinstance(parameters, dict):
        raise TensorError("the parameters of an input must be an object")
    size = parameters.get("binary_data_size")
    if size is None:
        return Tensor(name, datatype, tuple(shape), list(_flat(described.get("data"), datatype))), 0
    if "data" in described or type(size) is not int or not 0 <= size <= len(rest):
        raise TensorError("an input has either data or so many bytes behind the JSON")
    return Tensor(name, datatype, tuple(shape), _from_bytes(rest[:size], datatype)), size


def _flat(data: Any, datatype: str, depth: int = 0) -> Iterator[Any]:
    """Yield the values of flat or nested lists, each of the datatype or missing."""
    if not isinstance(data, list) or depth > DEEPEST:
        raise TensorError("the data of each input must be a list, or lists of lists")
    for each in data:
        if isinstance(each, list):
            yield from _flat(each, datatype, depth + 1)
        elif each is None or _is(each, datatype):
            yield each
        else:
            raise TensorError(f"there are values that are not {datatype}")


def _is(value: Any, datatype: str) -> bool:
    if datatype in FLOATS:
        return type(value) in (int, float) and math.isfinite(value)
    if datatype in INTEGERS:
        bits = int(datatype.lstrip("UINT"))
        low, high = (0, 2**bits) if datatype[0] == "U" else (-(2 ** (bits - 1)), 2 ** (bits - 1))
        return type(value) is int and low <= value < high
    return type(value) is PYTHON[datatype]


def _from_bytes(raw: bytes, datatype: str) -> Sequence[Any]:
    if datatype == "BYTES":
        return list(_texts(raw))
    code = CODES[datatype]
    count, left = divmod(len(raw), struct.calcsize(f"<{code}"))
    if left:
        raise TensorError(f"the bytes of an input are not whole values of {datatype}")
    values = struct.unpack(f"<{count}{code}", raw)
    if any(isinstance(value, float) and math.isinf(value) for value in values):
        raise TensorError("there are values that are infinite")
    return values


def _texts(raw: bytes) -> Iterator[str]:
    at = 0
    while at < len(raw):
        if at + LENGTH.size > len(raw):
            raise TensorError("the bytes of an input end within a length")
        (size,) = LENGTH.unpack_from(raw, at)
        at += LENGTH.size
        if at + size > len(raw):
            raise TensorError("the bytes of an input end within a text")
        try:
            yield raw[at : at + size].decode()
        except UnicodeDecodeError:
            raise TensorError("there are texts that are not UTF-8") from None
        at += size


def write_tensors(
    body: dict[str, Any], tensors: Sequence[Tensor], binary: Mapping[str, bool]
) -> tuple[bytes, int | None]:
    """Return the whole answer, and how long its JSON is if bytes follow; ``binary`` names what goes there."""
    described: list[dict[str, Any]] = []
    behind = []
    for tensor in tensors:
        said = {"name": tensor.name, "datatype": tensor.datatype, "shape": list(tensor.shape)}
        if binary.get(tensor.name):
            raw = _to_bytes(tensor)
            behind.append(raw)
            described.append({**said, "parameters": {"binary_data_size": len(raw)}})
        else:
            described.append({**said, "data": list(tensor.data)})
    text = json.dumps({**body, "outputs": described}, allow_nan=False).encode()
    return b"".join([text, *behind]), len(text) if behind else None


def _to_bytes(tensor: Tensor) -> bytes:
    if tensor.datatype == "BYTES":
        texts = [text.encode() for text in tensor.data]
        return b"".join(LENGTH.pack(len(text)) + text for text in texts)
    values = [math.nan if value is None else value for value in tensor.data]
    return struct.pack(f"<{len(values)}{CODES[tensor.datatype]}", *values)
