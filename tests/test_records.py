"""Records: plain data that compares, hashes and goes from process to process by its fields."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, replace

from nb2prod.records import record


@record
class Made:
    name: str
    places: tuple[int, ...] = ()


@dataclass(frozen=True)
class Frozen:
    name: str
    places: tuple[int, ...] = ()


def test_a_record_is_as_a_frozen_dataclass_is() -> None:
    one = Made("a", (1, 2))
    assert {one: "found"}[Made("a", (1, 2))] == "found"
    assert hash(one) == hash(Frozen("a", (1, 2)))
    assert one != Made("a") != Frozen("a")
    assert replace(one, name="b") == Made("b", (1, 2))
    assert pickle.loads(pickle.dumps(one)) == one
    assert repr(one) == "Made(name='a', places=(1, 2))"
