"""Train the model."""

from __future__ import annotations

import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder

from .definitions import MonthOfDate
from .parameters import Parameters


def train(parameters: Parameters, data: pd.DataFrame) -> tuple[Pipeline, float]:
    """Return the fitted pipeline and the threshold."""
    plan = make_pipeline(SimpleImputer(strategy="constant", fill_value="none"), OneHotEncoder())
    prepare = ColumnTransformer(
        [
            ("plan", plan, ["plan"]),
            ("joined", MonthOfDate(offset=1), ["joined"]),
            ("rest", "passthrough", ["age", "income"]),
        ]
    )
    model = RandomForestClassifier(n_estimators=10, random_state=parameters.seed)
    pipeline = Pipeline([("prepare", prepare), ("model", model)])
    return pipeline.fit(data.drop(columns="left"), data["left"]), 0.4
