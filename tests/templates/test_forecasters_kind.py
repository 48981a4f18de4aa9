"""Forecasters of statsmodels come back looking ahead as they did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.templates.test_artifact_kinds import Trip, kind_module, package, trip  # noqa: F401

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")
arima = pytest.importorskip("statsmodels.tsa.arima.model")
sarimax = pytest.importorskip("statsmodels.tsa.statespace.sarimax")
smoothing = pytest.importorskip("statsmodels.tsa.holtwinters")
autoregression = pytest.importorskip("statsmodels.tsa.ar_model")

MONTHS = pd.date_range("2015-01", periods=60, freq="MS")
VALUES = 100 + np.arange(60) + 10 * np.sin(np.arange(60) / 6 * np.pi) + np.random.default_rng(0).normal(size=60)
SERIES = pd.Series(VALUES, index=MONTHS, name="sales")

FITTED: dict[str, Callable[[], Any]] = {
    "arima": lambda: arima.ARIMA(SERIES, order=(2, 1, 0)).fit(),
    "a list": lambda: arima.ARIMA(list(VALUES), order=(1, 0, 0)).fit(),
    "periods": lambda: arima.ARIMA(SERIES.to_period("M"), order=(1, 1, 0)).fit(),
    "no dates": lambda: arima.ARIMA(SERIES.reset_index(drop=True), order=(1, 1, 0)).fit(),
    "seasons": lambda: sarimax.SARIMAX(SERIES, order=(1, 1, 0), seasonal_order=(1, 0, 0, 12)).fit(disp=False),
    "holt-winters": lambda: smoothing.ExponentialSmoothing(
        SERIES, trend="add", damped_trend=True, seasonal="mul", seasonal_periods=12
    ).fit(),
    "plain smoothing": lambda: smoothing.SimpleExpSmoothing(SERIES, initialization_method="estimated").fit(),
    "holt": lambda: smoothing.Holt(SERIES, initialization_method="estimated").fit(),
    "autoregression": lambda: autoregression.AutoReg(SERIES, lags=3).fit(),
}


@pytest.mark.filterwarnings("ignore")  # What fitting on a short series warns of.
@pytest.mark.parametrize("name", FITTED)
def test_a_forecaster_looks_ahead_as_it_did(trip: Trip, name: str) -> None:  # noqa: F811
    fitted = FITTED[name]()
    back = trip("statsmodels_series", fitted)
    ahead, again = fitted.forecast(7), back.forecast(7)
    assert type(again) is type(ahead)
    np.testing.assert_allclose(again, ahead, rtol=1e-9)
    if hasattr(ahead, "index"):
        assert again.index.equals(ahead.index)


@pytest.mark.filterwarnings("ignore")
def test_further_columns_are_refused(trip: Trip) -> None:  # noqa: F811
    fitted = sarimax.SARIMAX(SERIES, exog=np.ones(60), order=(1, 0, 0)).fit(disp=False)
    with pytest.raises(TypeError, match="further columns"):
        trip("statsmodels_series", fitted)
