"""CatBoost's columns of categories: their hashes, and the numbers that its trees ask for, by what the training counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from ..not_light import NotLight
from .registry import Unknown, stored

BITS = 2**64 - 1
K0, K1, K2, K3 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F, 0xC949D7C7509E6557
MERGE, COMBINE = 0x9DDFEA08EB382D69, 0x4906BA494954CB65
"""Constants of CityHash 1.0 (Pike and Alakuijala 2011), and of CatBoost's ``CalcHash``."""
ONE = COMBINE * COMBINE & BITS
"""What a part of 1 adds to the hash of a combination."""
REMEMBERED = 4096
LONGEST = 64
"""Bytes of a category beyond which another way of hashing begins."""


@lru_cache(REMEMBERED, typed=True)
def category_hash(value: Any) -> int:
    """Return CatBoost's hash of a category, the lower 32 bits of CityHash64.

    Raises:
        NotLight: for gaps and numbers with a fraction, which CatBoost refuses, and for long texts.
    """
    if type(value) not in (str, int):
        raise NotLight(f"a category that is a {type(value).__name__}")
    text = str(value).encode()
    if len(text) > LONGEST:
        raise NotLight("a long category")
    if len(text) <= 16:
        return short(text) & 0xFFFFFFFF
    return (medium(text) if len(text) <= 32 else long(text)) & 0xFFFFFFFF


def part(text: bytes, at: int, size: int = 8) -> int:
    """Return a number out of some bytes; places count from the end where they are negative."""
    at %= len(text)
    return int.from_bytes(text[at : at + size], "little")


def turned(number: int, by: int) -> int:
    """Return 64 bits turned to the right."""
    return (number >> by | number << (64 - by)) & BITS


def mixed(number: int) -> int:
    """Return a number mixed with its upper bits."""
    return number ^ number >> 47


def merged(one: int, other: int) -> int:
    """Return 64 bits made of 128."""
    found = mixed((one ^ other) * MERGE & BITS)
    return mixed((other ^ found) * MERGE & BITS) * MERGE & BITS


def short(text: bytes) -> int:
    """Return the hash of at most 16 bytes."""
    size = len(text)
    if size > 8:
        last = part(text, -8)
        return merged(part(text, 0), turned(last + size & BITS, size)) ^ last
    if size >= 4:
        return merged(size + (part(text, 0, 4) << 3), part(text, -4, 4))
    if not size:
        return K2
    y, z = text[0] + (text[size >> 1] << 8), size + (text[-1] << 2)
    return mixed((y * K2 ^ z * K3) & BITS) * K2 & BITS


def medium(text: bytes) -> int:
    """Return the hash of 17 to 32 bytes."""
    a, b = part(text, 0) * K1 & BITS, part(text, 8)
    c, d = part(text, -8) * K2 & BITS, part(text, -16) * K0 & BITS
    return merged(
        turned(a - b & BITS, 43) + turned(c, 30) + d & BITS,
        a + turned(b ^ K3, 20) - c + len(text) & BITS,
    )


def long(text: bytes) -> int:
    """Return the hash of 33 to 64 bytes."""
    a = part(text, 0) + (len(text) + part(text, -16)) * K0 & BITS
    first, second = halves(a, part(text, 24), part(text, 8), part(text, 16))
    a = part(text, 16) + part(text, -32) & BITS
    third, fourth = halves(a, part(text, -8), part(text, -24), part(text, -16))
    found = mixed((first + fourth) * K2 + (third + second) * K0 & BITS)
    return mixed(found * K0 + second & BITS) * K2 & BITS


def halves(a: int, z: int, more: int, most: int) -> tuple[int, int]:
    """Return two numbers of 64 bits made of 32 bytes."""
    b, c = turned(a + z & BITS, 52), turned(a, 37)
    a = a + more & BITS
    c = c + turned(a, 7) & BITS
    a = a + most & BITS
    return a + z & BITS, b + turned(a, 31) + c & BITS


def signed(number: int) -> int:
    """Return 32 bits as CatBoost's tables have them: negative where the first is set."""
    return number - 2**32 if number >= 2**31 else number


@stored
@dataclass(frozen=True, eq=False)
class Counted:
    """Numbers beside those of the row: for each category in ``exact`` (by column of categories) whether it is that one,
    then for each of ``keys`` and ``values`` what the training counted for a combination, ``default`` for a new one.

    A combination, of which ``combined`` has the place for each table, is of columns of categories, of [column, border]
    and of [column of categories, category].
    """

    exact: list[list[int]]
    combinations: list[list[list[Any]]]
    combined: list[int]
    keys: list[np.ndarray]
    values: list[np.ndarray]
    default: list[float]

    @cached_property
    def tables(self) -> list[tuple[int, dict[int, float], float]]:
        """For each table the combination, what was counted, and what counts for a new one."""
        found = [
            dict(zip(k.tolist(), v.tolist(), strict=True))
            for k, v in zip(self.keys, self.values, strict=True)
        ]
        return list(zip(self.combined, found, self.default, strict=True))

    @cached_property
    def asked(self) -> list[tuple[int, int]]:
        """The column and the category of each number that says whether it is that one."""
        return [(column, code) for column, codes in enumerate(self.exact) for code in codes]

    @cached_property
    def columns(self) -> list[tuple[int, ...]]:
        """The different columns of categories that combinations begin with."""
        return list(dict.fromkeys(tuple(parts[0]) for parts in self.combinations))

    @cached_property
    def plan(self) -> list[tuple[int, list[tuple[int, float]], list[tuple[int, int]]]]:
        """For each combination the place of its columns among these, and the rest; borders rounded as numbers are."""
        return [
            (
                self.columns.index(tuple(columns)),
                [(column, float(np.float32(border))) for column, border in above],
                [(column, code) for column, code in same],
            )
            for columns, above, same in self.combinations
        ]

    def numbers(self, x: list[float], categories: Sequence[Any]) -> list[float]:
        """Return the further numbers of a row with these numbers, rounded to float32, and these categories."""
        codes = [signed(category_hash(value)) for value in categories]
        parts = [ONE * code for code in codes]
        begun = []
        for columns in self.columns:
            found = 0
            for column in columns:
                found = COMBINE * found + parts[column] & BITS
            begun.append(found)
        hashes = []
        for place, above, same in self.plan:
            found = begun[place]
            for at, border in above:
                found = COMBINE * found + ONE & BITS if x[at] > border else COMBINE * found & BITS
            for at, code in same:
                found = COMBINE * found + ONE * (codes[at] == code) & BITS
            hashes.append(found)
        said = [float(codes[column] == code) for column, code in self.asked]
        return said + [table.get(hashes[of], default) for of, table, default in self.tables]


def counted(told: dict[str, Any]) -> Counted:
    """Return what a model, as JSON, has counted in the training."""
    info = told["features_info"]
    exact = [list(each.get("values", ())) for each in info["categorical_features"]]
    combinations: list[list[list[Any]]] = []
    combined, keys, values, default = [], [], [], []
    for ctr in info.get("ctrs") or ():
        parts = parts_of(ctr["elements"])
        if parts not in combinations:
            combinations.append(parts)
        combined.append(combinations.index(parts))
        own_keys, own_values, own_default = table_of(ctr, told["ctr_data"][ctr["identifier"]])
        keys.append(own_keys)
        values.append(own_values)
        default.append(own_default)
    return Counted(exact, combinations, combined, keys, values, default)


def parts_of(elements: list[dict[str, Any]]) -> list[list[Any]]:
    """Return what a combination is made of."""
    kinds: dict[str, list[Any]] = {
        "cat_feature_value": [],
        "float_feature": [],
        "cat_feature_exact_value": [],
    }
    for each in elements:
        kind = each["combination_element"]
        if kind == "float_feature":
            kinds[kind].append([each["float_feature_index"], each["border"]])
        elif kind == "cat_feature_value":
            kinds[kind].append(each["cat_feature_index"])
        else:
            kinds[kind].append([each["cat_feature_index"], each["value"]])
    return list(kinds.values())


def table_of(ctr: dict[str, Any], told: dict[str, Any]) -> tuple[np.ndarray, np.ndarray, float]:
    """Return the combinations that were counted, as uint64, the number of each in float32, and that of a new one."""
    stride, kind, border = int(told["hash_stride"]), ctr["ctr_type"], int(ctr["target_border_idx"])
    entries = told["hash_map"]
    keys = np.array([int(each) for each in entries[::stride]], dtype=np.uint64)
    counts = np.array(entries, dtype=object).reshape(-1, stride)[:, 1:].astype(np.float64)
    good, total = np.zeros(1), np.zeros(1)
    if kind in ("BinarizedTargetMeanValue", "FloatTargetMeanValue"):
        found, whole = counts[:, 0], counts[:, 1]
    elif kind in ("Counter", "FeatureFreq"):
        total = np.array([float(told["counter_denominator"])])
        found, whole = counts[:, 0], np.broadcast_to(total, len(counts))
    elif kind == "Buckets":
        found, whole = counts[:, border], counts.sum(axis=1)
    elif kind == "Borders":
        found, whole = counts[:, border + 1 :].sum(axis=1), counts.sum(axis=1)
    else:
        raise Unknown(f"What {kind} counts is not known.")
    made = [
        (part.astype(np.float32) + np.float32(ctr["prior_numerator"]))
        / (of.astype(np.float32) + np.float32(ctr["prior_denomerator"]))
        for part, of in ((found, whole), (good, total))
    ]
    shift, scale = np.float32(ctr["shift"]), np.float32(ctr["scale"])
    values, alone = ((each + shift) * scale for each in made)
    return keys, values, float(alone[0])
