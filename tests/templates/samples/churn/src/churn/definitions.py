# ruff: noqa: N803
"""What the notebook defined."""

from __future__ import annotations

import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin


class MonthOfDate(BaseEstimator, TransformerMixin):
    """The month of each date."""

    def __init__(self, offset: int = 0) -> None:
        self.offset = offset

    def fit(self, X: pd.DataFrame, y: object = None) -> MonthOfDate:
        self.fitted_ = True
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        return X.apply(lambda column: column.dt.month + self.offset)
