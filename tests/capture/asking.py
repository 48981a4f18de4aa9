"""The interview, without a kernel: the same code that runs in one, on a plain namespace."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd

from nb2prod.capture.probe.answers import Interview


def ask(
    body: str,
    output: str,
    *inputs: str,
    setup: str = "",
    sources: tuple[str, ...] = (),
    max_rows: int = 200,
    artifacts: tuple[str, ...] = (),
    **names: Any,
) -> tuple[dict[str, Any] | None, list[str]]:
    problems: list[str] = []
    wanted = {
        "inputs": list(inputs),
        "output": output,
        "setup": setup,
        "body": body,
        "row_sources": list(sources),
        "max_rows": max_rows,
        "artifacts": list(artifacts),
    }
    names.setdefault("np", np)
    names.setdefault("pd", pd)
    before = dict(names)
    found = Interview(wanted, names, problems).hold()
    names.pop("__builtins__", None)
    assert names.keys() == before.keys()
    assert all(names[name] is before[name] for name in before)
    json.dumps(found, allow_nan=False)
    return found, problems


def answers(*args: Any, **kwargs: Any) -> dict[str, Any]:
    found, problems = ask(*args, **kwargs)
    assert found is not None, problems
    assert problems == []
    return found


def frame(rows: int = 300) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "age": np.arange(rows) % 60 + 18,
            "income": np.linspace(1, 2, rows),
            "job": ["clerk", "smith", "baker"] * (rows // 3),
            "left": [True, False] * (rows // 2),
        }
    )


SCORE = "out = df['age'] * 2 + df['income'] + df['job'].str.len()"
