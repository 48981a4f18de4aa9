"""An explanation as it is sent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from .orders import Numbers
from .reading import Explained
from .shares import Shares


def as_json(answer: Any, said: Explained, value: Numbers, shares: Shares, names: Sequence[str]) -> dict[str, Any]:
    """Return an explanation as it is sent."""
    numbers = []
    for place, of in enumerate(said.of):
        shares_of = zip(names, shares.contributions[place].tolist(), shares.errors[place].tolist(), strict=True)
        contributions = [
            {"name": name, "contribution": share, **({} if shares.exact else {"standard_error": finite(error)})}
            for name, share, error in shares_of
        ]
        number = {"of": of, "value": float(value[place]), "base": float(shares.base[place])}
        numbers.append({**number, "contributions": contributions})
    return {"prediction": answer, "explained": numbers, "exact": shares.exact, "background": shares.background}


def finite(value: float) -> float | None:
    """Return a number as JSON can have it."""
    return value if math.isfinite(value) else None
