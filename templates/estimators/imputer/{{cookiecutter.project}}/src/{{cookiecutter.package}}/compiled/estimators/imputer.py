"""scikit-learn's SimpleImputer: what stands in each column for a missing value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ..not_light import NotLight
from .registry import Unknown, compiles, stored
from .stand_in import Transformer, Values, columns_of, numbers, refuse_infinite


@stored
@dataclass(frozen=True, eq=False)
class Imputer(Transformer):
    """``fills`` has what each column's gaps are filled with; for columns in ``marked`` a one is added where there is a gap.

    ``objects`` says that columns are kept as they are, texts too; ``averages`` that None counts as nan; ``casts`` that
    a row of integers alone is refused, which could not hold what gaps are filled with.
    """

    texts: ClassVar[bool] = True

    fills: list[Any]
    marked: list[int]
    objects: bool
    averages: bool
    casts: bool

    @property
    def statistics_(self) -> np.ndarray:
        """What each column's gaps are filled with."""
        return np.array(self.fills, dtype=object if self.objects else np.float64)

    def one(self, row: Values) -> list[Any]:
        """Return a row without gaps."""
        if not self.objects:
            if not self.averages:
                self.check(row)
            row = numbers(row)
            refuse_infinite(row)
        result = [
            fill if value != value else value for value, fill in zip(row, self.fills, strict=True)
        ]
        for place in self.marked:
            result.append(float(row[place] != row[place]))
        return result

    def check(self, row: Values) -> None:
        """Raise for values whose column would have another dtype than the original takes."""
        kinds = set(map(type, row))
        if not kinds <= {int, float} or (self.casts and float not in kinds):
            raise NotLight("the imputer may refuse columns of this dtype")


@compiles("sklearn.impute.SimpleImputer")
def imputer(fitted: Any) -> Imputer:
    """Return what gaps are filled with; only nan is a gap, and every column has had a value."""
    fills = fitted.statistics_.tolist()
    if not (isinstance(fitted.missing_values, float) and np.isnan(fitted.missing_values)):
        raise Unknown("Other marks of missing values than nan are not known.")
    if any(fill is None or fill != fill for fill in fills):
        raise Unknown("Columns without any value are not known.")
    objects = fitted._fit_dtype.kind == "O"
    marked = fitted.indicator_.features_.tolist() if fitted.add_indicator else []
    if objects and not all(isinstance(fill, (str, int, float)) for fill in fills):
        raise Unknown("Only texts and numbers fill gaps.")
    return Imputer(
        **columns_of(fitted),
        fills=fills,
        marked=marked,
        objects=objects,
        averages=fitted.strategy in ("mean", "median"),
        casts=fitted.strategy == "constant" and fitted._fit_dtype.kind == "f",
    )
