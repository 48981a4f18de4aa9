"""Where a request and an answer fall apart into records: their forms, found by looking at them."""

# ruff: noqa: B905
# zip(strict=True) came with Python 3.10; the probe runs from 3.8 on.
from __future__ import annotations

from typing import Any

from .as_json import is_a, to_json
from .forms import Form, Record, Sequence_, is_texts
from .rebuilding import UnfitError, array_parts
from .table import Table


class NoPiecesError(Exception):
    """The answers to the parts of a request are not, put together, the notebook's answer to all of it."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"the notebook asks about {count} rows at once, and its answer is one for all of them, not one for each "
            "row. Have it answer each of its rows, or ask about one row (`sample = df[:1]`)"
        )


def split(output: Any, count: int, only_arrays: bool = False) -> list[Any] | None:
    """Cut ``output`` into ``count`` JSON predictions along its first axis, or return ``None`` if it is not so made."""
    if is_a(output, "pandas", "DataFrame", "Series", "Index", "Categorical") or is_a(
        output, "pandas.api.extensions", "ExtensionArray"
    ):
        return to_json(output) if len(output) == count else None
    if is_a(output, "numpy", "ndarray") or is_a(output, "torch", "Tensor"):
        return to_json(output) if len(output.shape) > 0 and output.shape[0] == count else None
    if only_arrays:
        return None
    if type(output) is list:
        return to_json(output) if len(output) == count else None
    if isinstance(output, tuple) and output:
        parts = [split(item, count) for item in output]
        return None if any(part is None for part in parts) else [list(row) for row in zip(*parts)]
    if isinstance(output, dict) and output:
        found = {str(key): split(item, count) for key, item in output.items()}
        if any(part is None for part in found.values()):
            return None
        return [dict(zip(found, row)) for row in zip(*found.values())]
    return None


def split_one(output: Any, only_arrays: bool) -> list[Any] | None:
    """Cut the answer to a single record as :func:`split` does, or as what ``squeeze()`` has left without its axis."""
    bare = is_a(output, "numpy", "ndarray", "generic") or is_a(output, "torch", "Tensor")
    if bare and len(output.shape) == 0 and not only_arrays:
        return [to_json(output)]
    return split(output, 1, only_arrays=only_arrays)


def part_of(answer: Any, place: int, count: int) -> Any:
    """Return what a JSON answer to ``count`` records holds of the one at ``place``, wherever it has a list of as many:
    of each of the model's stages, under each name. ``None`` where there is no such list."""
    found, parted = _part(answer, place, count)
    return found if parted else None


def _part(answer: Any, place: int, count: int) -> tuple[Any, bool]:
    if isinstance(answer, list) and len(answer) == count:
        return [answer[place]], True
    if isinstance(answer, list):
        parts = [_part(item, place, count) for item in answer]
        return [part for part, _ in parts], any(parted for _, parted in parts)
    if isinstance(answer, dict):
        named = {key: _part(item, place, count) for key, item in answer.items()}
        return {key: part for key, (part, _) in named.items()}, any(parted for _, parted in named.values())
    return answer, False


def understand(values: dict[str, Any], output: Any, sources: list[Any]) -> Form:
    """Return the form of the notebook's request; raise ``UnfitError`` if it has none that a service can take."""
    names = list(values)
    if len(names) > 1:
        return Record(names, values, "arguments")
    value = values[names[0]]
    if is_a(value, "pandas", "DataFrame"):
        return Table(names[0], value)
    if type(value) is dict:
        return Record(names, value, "dict")
    if isinstance(value, list) and value and all(type(item) is dict for item in value):
        return Record(names, value, "list")
    if is_a(value, "pandas", "Series") and all(isinstance(label, str) for label in value.index):
        return Record(names, value, "pandas.Series")
    if is_texts(value):
        return Sequence_(names[0], value, batched=True)
    parts = array_parts(value)
    if parts is None or not parts[1]:
        if isinstance(value, (list, tuple)):
            raise UnfitError(f"the request is a {type(value).__name__} of mixed values; make it a dict or a DataFrame")
        return Sequence_(names[0], value, batched=False)
    return Sequence_(names[0], value, batched=_is_batch(parts[1], output, sources))


def as_one(form: Form, error: Exception) -> Form:
    """Return the form of the same request as one record, where its parts cannot be asked about one by one, as the
    months of a window cannot; raise ``UnfitError`` where it has to be many."""
    if isinstance(form, Sequence_) and form.batched and form.kind != "text":
        return Sequence_(form.names[0], form.value, batched=False)
    if isinstance(error, NoPiecesError):
        raise UnfitError(str(error)) from error
    text = f"one record of the request, asked about alone, raised {type(error).__name__}: {str(error)[:300]}"
    raise UnfitError(text) from error


def _is_batch(shape: tuple[int, ...], output: Any, sources: list[Any]) -> bool:
    """Say whether an array holds many records: data of the same kind decides, else whether the answer has as many."""
    for source in sources:
        found = array_parts(source.to_numpy() if is_a(source, "pandas", "DataFrame") else source)
        if found is not None and found[1][1:] in (shape, shape[1:]):
            return bool(found[1][1:] == shape[1:])
    return split(output, shape[0]) is not None
