"""A table of numbers and categories with gaps, and records like its rows and unlike them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

NUMBERS = ["age", "charges", "calls"]
CATEGORIES = ["region", "contract"]


def mixed(n: int = 400) -> tuple[pd.DataFrame, pd.Series]:
    """Return n customers and whether each left."""
    random = np.random.default_rng(7)
    table = pd.DataFrame(
        {
            "age": random.integers(18, 90, n),
            "charges": np.where(random.random(n) < 0.1, np.nan, random.normal(50, 20, n).round(2)),
            "calls": random.poisson(2, n),
            "region": random.choice(["north", "south", "east", "west"], n, p=[0.5, 0.3, 0.17, 0.03]),
            "contract": random.choice(["monthly", "yearly"], n),
        }
    )
    score = 0.05 * table["charges"].fillna(40) - 0.03 * table["age"] + (table["contract"] == "monthly") + table["calls"]
    return table, pd.Series(np.where(score + random.normal(size=n) > score.median(), "yes", "no"), name="left")


def records() -> st.SearchStrategy[dict[str, Any]]:
    """Draw records: values that were seen, thresholds' neighbours, ends, gaps, categories never seen, other types."""
    ends = st.sampled_from([0, -1, 2**31, 1e300, -1e300, 5e-324, float("inf"), float("nan"), None, True])
    integers = st.one_of(st.integers(-5, 120), ends)
    halves = st.integers(-10, 240).map(lambda x: x / 2)
    floats = st.one_of(halves, halves.map(lambda x: float(np.nextafter(x, np.inf))), st.floats(), ends)
    regions = st.sampled_from(["north", "south", "east", "west", "", "North", "nan", "mars", None, float("nan"), 3])
    contracts = st.sampled_from(["monthly", "yearly", "never", None, float("nan")])
    return st.fixed_dictionaries(
        {"age": integers, "charges": floats, "calls": integers, "region": regions, "contract": contracts}
    )
