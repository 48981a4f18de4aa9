"""scikit-learn's feature selection: some of the columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .registry import compiles, stored
from .sparse import Sparse
from .stand_in import Transformer, columns_of, finite_vector

NAMES = (
    "SelectKBest SelectPercentile SelectFpr SelectFdr SelectFwe GenericUnivariateSelect SelectFromModel "
    "VarianceThreshold RFE RFECV SequentialFeatureSelector"
)


@stored
@dataclass(frozen=True, eq=False)
class Selection(Transformer):
    """The columns at some places."""

    kept: list[int]

    @cached_property
    def new_places(self) -> dict[int, int]:
        """Where each column that is kept stands afterwards."""
        return {place: new for new, place in enumerate(self.kept)}

    def one(self, row: Any) -> Any:
        """Return the columns that are kept of one row."""
        if type(row) is not Sparse:
            numbers = finite_vector(row).tolist()
            return [numbers[place] for place in self.kept]
        new = self.new_places
        found = [(new[p], v) for p, v in zip(row.places, row.values, strict=True) if p in new]
        return Sparse([place for place, _ in found], [value for _, value in found], len(self.kept))


@compiles(*(f"sklearn.feature_selection.{name}" for name in NAMES.split()))
def selection(fitted: Any) -> Selection:
    """Return the places of the columns that are kept."""
    return Selection(**columns_of(fitted), kept=fitted.get_support(indices=True).tolist())
