"""Transformers that give each column a curve or steps of its own, each held against scikit-learn's."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import KBinsDiscretizer, PowerTransformer, QuantileTransformer

from tests.compiled.agree import agree, agree_on, stand_in
from tests.compiled.test_numeric_kinds import IRIS, ODD, fit

BINS: dict[str, Any] = {"strategy": "quantile", "quantile_method": "averaged_inverted_cdf"}
TRANSFORMERS = [
    PowerTransformer(),
    PowerTransformer(standardize=False),
    PowerTransformer("box-cox"),
    QuantileTransformer(n_quantiles=40),
    QuantileTransformer(n_quantiles=40, output_distribution="normal"),
    QuantileTransformer(n_quantiles=150),
    KBinsDiscretizer(4, encode="ordinal", **BINS),
    KBinsDiscretizer(4, encode="onehot", **BINS),
    KBinsDiscretizer(3, encode="onehot-dense", strategy="uniform"),
    KBinsDiscretizer(3, encode="ordinal", strategy="kmeans"),
]
NAMES = list(IRIS[0].columns)


@pytest.mark.parametrize("transformer", TRANSFORMERS, ids=lambda model: str(model)[:70])
def test_rows_of_the_training_and_beyond(transformer: Any) -> None:
    table = pd.concat([IRIS[0][::4], IRIS[0].min().to_frame().T, IRIS[0].max().to_frame().T, IRIS[0][:5] * 3])
    agree(fit(transformer, IRIS[0], IRIS[1]), table)
    agree(fit(transformer, IRIS[0].to_numpy(), IRIS[1]), table.to_numpy())
    agree(fit(make_pipeline(transformer, LogisticRegression()), IRIS[0], IRIS[1]), IRIS[0][::10])


@pytest.mark.parametrize("transformer", TRANSFORMERS[:6], ids=lambda model: str(model)[:70])
def test_gaps_stay_gaps(transformer: Any) -> None:
    table = IRIS[0].mask(np.random.default_rng(0).random(IRIS[0].shape) < 0.1)
    agree(fit(transformer, table, None), table[::5])


@pytest.mark.parametrize("transformer", TRANSFORMERS, ids=lambda model: str(model)[:70])
def test_any_numbers_are_transformed_as_by_the_original_or_not_at_all(transformer: Any) -> None:
    fitted = fit(transformer, IRIS[0], IRIS[1])
    own, edges = stand_in(fitted), IRIS[0].to_numpy().ravel().tolist()
    beside = [float(np.nextafter(edge, side)) for edge in edges for side in (-np.inf, np.inf)]
    near = [edge + step for edge in edges[:20] for step in (-2e-7, -1e-7, 1e-7, 2e-7)]
    numbers = st.one_of(
        st.sampled_from([*edges, *beside, *near]), st.floats(), st.floats(-10, 10), st.sampled_from(ODD)
    )

    @settings(max_examples=60, deadline=None)
    @given(values=st.tuples(*[numbers] * 4))
    def compare(values: tuple[Any, ...]) -> None:
        agree_on(own, fitted, dict(zip(NAMES, values, strict=True)))

    compare()


def test_columns_that_never_change() -> None:
    table = IRIS[0].assign(same=1.0)
    for transformer in (
        PowerTransformer(),
        QuantileTransformer(n_quantiles=40),
        KBinsDiscretizer(3, encode="ordinal", **BINS),
    ):
        agree(fit(transformer, table, None), table[::10])


def test_large_numbers_are_finite_and_nobody_is_warned() -> None:
    from lit.compiled.estimators.stand_in import finite_vector
    from lit.compiled.not_light import NotLight

    assert finite_vector([1e200, -1e308, 2.0]).tolist() == [1e200, -1e308, 2.0]
    for odd in (math.inf, -math.inf, math.nan):
        with pytest.raises(NotLight):
            finite_vector([1e200, odd])
