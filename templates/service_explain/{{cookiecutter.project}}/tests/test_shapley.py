"""What each part adds: against the definition on small cases, and what holds for all."""

from __future__ import annotations

from itertools import permutations
from time import monotonic
from typing import Any

import numpy as np
import pytest

from {{ cookiecutter.package }}.service.explain.shapley import TimeUp, shapley
from {{ cookiecutter.package }}.service.explain.task import Shares, Task

BACKGROUND = np.random.default_rng(1).normal(size=(12, 5))
RECORD = np.array([1.0, -0.5, 2.0, 0.3, -1.2])


def model(records: Any) -> Any:
    """Two numbers, with interactions; the last part is not used, and the first two are alike."""
    a, b, c, d, _ = np.asarray(records).T
    return np.column_stack([np.sin(a + b) * c + d, a * b * c * d])


class Mixes:
    """Asks ``model``, and counts."""

    def __init__(self, size: int = 64, most: int = 10**9, slow: bool = False) -> None:
        self.size = size
        self.most = most
        self.slow = slow
        self.asked = 0

    def has_time_for(self, mixes: int) -> bool:
        return not self.slow

    def __call__(self, rows: list[int], masks: Any) -> Any:
        self.asked += len(rows)
        if self.asked > self.most:
            raise TimeUp
        return model(np.where(masks, RECORD, BACKGROUND[rows]))


def shares(asks: int, mixes: Mixes | None = None, rows: int = 12, **changes: Any) -> Shares:
    task = Task(
        value=model([RECORD])[0],
        bases=model(BACKGROUND[:rows]),
        differing=[list(range(5))] * rows,
        parts=5,
        asks=asks,
        until=monotonic() + 60,
    )
    found = shapley(Task(**{**vars(task), **changes}), mixes or Mixes())
    assert found is not None
    return found


def by_definition(rows: int = 12) -> Any:
    """Return the mean over all orders and all records of the background of what each part adds."""
    added = np.zeros((2, 5))
    orders = list(permutations(range(5)))
    for order in orders:
        mixed = BACKGROUND[:rows].copy()
        before = model(mixed)
        for part in order:
            mixed[:, part] = RECORD[part]
            after = model(mixed)
            added[:, part] += (after - before).mean(axis=0) / len(orders)
            before = after
    return added


def assert_adds_up(found: Shares) -> None:
    added = found.base + found.contributions.sum(axis=1)
    np.testing.assert_allclose(added, model([RECORD])[0], rtol=1e-12, atol=1e-12)


def test_all_subsets_give_what_the_definition_gives() -> None:
    found = shares(asks=12 * 32)
    assert found.exact and not found.errors.any() and found.background == 12
    np.testing.assert_allclose(found.contributions, by_definition(), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found.base, model(BACKGROUND).mean(axis=0))
    assert_adds_up(found)


def test_a_part_that_is_not_used_adds_nothing() -> None:
    for asks in (12 * 32, 12 * 16):
        assert not shares(asks).contributions[:, 4].any()


def test_parts_that_are_alike_add_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    alike = BACKGROUND.copy()
    alike[:, 1] = alike[:, 0]
    monkeypatch.setitem(globals(), "BACKGROUND", alike)
    monkeypatch.setitem(globals(), "RECORD", np.array([0.7, 0.7, 2.0, 0.3, -1.2]))
    first, second, *_ = shares(asks=12 * 32).contributions.T
    np.testing.assert_allclose(first, second, rtol=1e-12)


def test_orders_that_are_drawn_come_near_and_say_how_near() -> None:
    exact = by_definition()
    mixes = Mixes()
    few, many = shares(asks=12 * 31, mixes=mixes), shares(asks=12 * 31, differing=[list(range(5))] * 12)
    assert mixes.asked <= 12 * 31 + 64
    assert not few.exact and not many.exact
    assert_adds_up(few)
    off = np.abs(few.contributions - exact)
    assert (off <= 5 * few.errors + 1e-12).all() and few.errors.any()


def test_standard_errors_are_about_as_large_as_the_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a normal error, what is off is 0.8 of its standard deviation on average."""
    ratios = []
    for seed in range(20):
        monkeypatch.setitem(globals(), "BACKGROUND", np.random.default_rng(seed).normal(size=(12, 5)))
        found = shares(asks=12 * 31)
        ratios.append((np.abs(found.contributions - by_definition()) / found.errors.clip(1e-12))[:, :4])
    assert 0.5 < np.mean(ratios) < 1.3


def test_few_parts_that_differ_are_exact_beside_many(monkeypatch: pytest.MonkeyPatch) -> None:
    differing = [[2]] * 6 + [list(range(5))] * 6
    monkeypatch.setitem(globals(), "BACKGROUND", np.vstack([[RECORD] * 6, BACKGROUND[6:]]))
    BACKGROUND[:6, 2] += np.arange(1, 7)
    found = shares(asks=12 * 31, differing=differing)
    off = np.abs(found.contributions - by_definition())
    assert not found.exact and (off <= 5 * found.errors + 1e-12).all()
    assert found.errors.max() < 0.2 * np.abs(found.contributions).max()


def test_what_was_found_when_time_is_up_adds_up() -> None:
    found = shares(asks=10_000, mixes=Mixes(size=30, most=100))
    assert not found.exact or found.background < 12
    assert_adds_up(found)


def test_where_time_is_too_short_for_all_mixes_all_rows_count_and_what_was_asked_is_not_in_vain() -> None:
    assert shapley(Task(model([RECORD])[0], model(BACKGROUND[:1]), [list(range(5))], 5, 1000, monotonic() + 60), Mixes(most=20)) is None
    found = shares(asks=1000, rows=1, mixes=Mixes(size=8, most=20, slow=True))
    assert not found.exact and found.background == 1
    assert_adds_up(found)
    found = shares(asks=1000, mixes=Mixes(size=8, most=200, slow=True))
    assert not found.exact and found.background == 12
    assert_adds_up(found)


def test_without_any_time_there_is_nothing() -> None:
    task = Task(model([RECORD])[0], model(BACKGROUND), [list(range(5))] * 12, 5, 1000, monotonic())
    assert shapley(task, Mixes(most=0)) is None


def test_mixes_that_have_no_number_are_left_out_with_their_record() -> None:
    class Holes(Mixes):
        def __call__(self, rows: list[int], masks: Any) -> Any:
            found = super().__call__(rows, masks)
            found[np.array(rows) == 3] = np.nan
            return found

    bases = model(BACKGROUND)
    bases[5] = np.nan
    found = shares(asks=12 * 32, mixes=Holes(), bases=bases)
    assert found.background == 10
    assert_adds_up(found)


def test_parts_that_are_the_same_in_both_are_not_asked_about() -> None:
    mixes = Mixes()
    found = shares(asks=12 * 32, mixes=mixes, differing=[[2]] * 6 + [[]] * 6, bases=np.vstack([model(BACKGROUND[:6]), model([RECORD] * 6)]))
    assert mixes.asked == 0 and found.exact
    assert not np.delete(found.contributions, 2, axis=1).any()


def test_it_agrees_with_the_library_shap() -> None:
    shap = pytest.importorskip("shap", reason="shap is not installed: it adds 200 MB and is not needed")
    found = shap.explainers.Exact(lambda records: model(records)[:, 0], BACKGROUND)(RECORD[None])
    np.testing.assert_allclose(shares(asks=12 * 32).contributions[0], found.values[0], rtol=1e-9, atol=1e-9)
