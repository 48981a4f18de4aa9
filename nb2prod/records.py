"""A class of plain data to one whose objects are made quickly, where there are many of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

Kind = TypeVar("Kind")


@dataclass_transform(frozen_default=True)
def record(kind: type[Kind]) -> type[Kind]:
    """Be ``dataclass(frozen=True)``, but that only the type checker keeps the fields from being set.

    At run time that takes five times as long for each object that is made, which is for what there are hundreds of in
    each notebook.
    """
    return dataclass(unsafe_hash=True)(kind)
