"""Load the customers."""

from __future__ import annotations

import pandas as pd

from .files import data_file
from .parameters import Parameters


def load_data(parameters: Parameters) -> pd.DataFrame:
    """Return one row a customer."""
    return pd.read_csv(data_file("customers.csv"), parse_dates=["joined"])
