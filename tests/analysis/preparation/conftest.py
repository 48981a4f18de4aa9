"""A table to prepare, of the kind people start with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with ``people.csv`` and ``towns.csv``."""
    made = tmp_path_factory.mktemp("data")
    draw = np.random.default_rng(7)
    size = 60
    titles = draw.choice(["Mr.", "Mrs.", "Miss.", "Dr."], size, p=[0.5, 0.2, 0.2, 0.1])
    people = pd.DataFrame(
        {
            "id": range(size),
            "name": [f"Fam{i % 17}, {title} Ann {i}" for i, title in enumerate(titles)],
            "sex": draw.choice(["male", "female"], size),
            "age": np.where(draw.random(size) < 0.2, np.nan, draw.integers(1, 80, size)),
            "fare": np.round(draw.gamma(2, 15, size), 2),
            "town": draw.choice(["S", "C", "Q", None], size, p=[0.5, 0.25, 0.2, 0.05]),
            "class": draw.integers(1, 4, size),
            "born": pd.date_range("2001-01-05", periods=size, freq="37D").strftime("%Y-%m-%d"),
            "kin": draw.integers(0, 4, size),
            "y": draw.integers(0, 2, size),
        }
    )
    people.to_csv(made / "people.csv", index=False)
    towns = pd.DataFrame({"town": ["S", "C", "Q"], "size": [3.0, 1.0, 2.0], "south": [1, 0, 0]})
    towns.to_csv(made / "towns.csv", index=False)
    return made
