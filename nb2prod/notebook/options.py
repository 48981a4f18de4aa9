"""What a notebook's metadata and its cells' say to nb2prod, to what of it has another shape than it has to have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nb2prod.errors import Problem

OBJECT, TEXTS, TEXT = "an object", "a list of texts", "a text"
KINDS: tuple[tuple[type, str], ...] = ((Mapping, OBJECT), (list, "a list"), (str, TEXT), (bool, "true or false"))
LISTED = (TEXTS, "a list")
OF_NOTEBOOK = {"check": OBJECT, "card": OBJECT, "ignore": TEXTS, "groups": TEXTS}
"""Keys of the notebook's own and their shapes; attestations are the score's, which says more of them."""
OF_CELL = {"input": TEXT, "output": TEXT, "ignore": TEXTS}


def wrong_options(document: Mapping[str, Any]) -> Iterator[tuple[int | None, Problem]]:
    """Yield each problem of a document of nbformat 4 with the code cell that it is of, ``None`` for the notebook's.

    What is not said, or ``null``, is none. Nothing is raised, whatever the document is.
    """
    for problem in wrong_metadata(document.get("metadata")):
        yield None, problem
    cells = document.get("cells")
    listed = [each for each in (cells if isinstance(cells, list) else ()) if isinstance(each, (dict, Mapping))]
    for index, cell in enumerate(each for each in listed if each.get("cell_type") == "code"):
        for problem in _wrong(cell.get("metadata"), OF_CELL, f"cell [{index + 1}] metadata"):
            yield index, problem


def wrong_metadata(metadata: object) -> Iterator[Problem]:
    """Yield each problem of the notebook's own metadata."""
    return _wrong(metadata, OF_NOTEBOOK, "notebook metadata")


def _wrong(metadata: object, shapes: Mapping[str, str], where: str) -> Iterator[Problem]:
    own = metadata.get("nb2prod") if isinstance(metadata, (dict, Mapping)) else None
    if own is None:
        return
    if not isinstance(own, Mapping):
        keys = " or ".join(f"`{key}`" for key in shapes)
        yield Problem(_what("nb2prod", OBJECT, own), where, f"write an object with {keys}, or leave it out")
        return
    for key, shape in shapes.items():
        value = own.get(key)
        if value is not None and not _fits(value, shape):
            yield Problem(_what(key, shape, value), f"{where}, nb2prod", "correct it, or leave it out")


def _what(key: str, shape: str, value: object) -> str:
    """Return what is wrong, without the value: half of a long one may be half of a secret, which nobody recognises."""
    kind = next((name for types, name in KINDS if isinstance(value, types)), "a number")
    return f"`{key}` has to be {shape}, and is {'a list of other things' if (shape, kind) == LISTED else kind}"


def _fits(value: object, shape: str) -> bool:
    if shape == OBJECT:
        return isinstance(value, Mapping)
    if shape == TEXT:
        return isinstance(value, str)
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
