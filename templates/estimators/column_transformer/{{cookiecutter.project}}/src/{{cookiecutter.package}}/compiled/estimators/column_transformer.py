"""scikit-learn's ColumnTransformer: for each part the columns that it takes, their results side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from ..not_light import NotLight
from ..row import Row
from .registry import Unknown, compiles, part, stored
from .sparse import Sparse, side_by_side
from .stand_in import StandIn, Transformer, Values, columns_of, marked


@stored
@dataclass(frozen=True, eq=False)
class ColumnTransformerStandIn(Transformer):
    """Parts, None for columns that pass through.

    ``columns`` are the positions that each part takes; ``single`` says that it is given one column's values, not rows.
    """

    part_names: list[str]
    parts: list[StandIn | None]
    columns: list[list[int]]
    single: list[bool]

    texts: ClassVar[bool] = True

    @cached_property
    def wanted(self) -> list[int]:
        """The positions of all columns that are taken, in the order of the parts."""
        return [position for taken in self.columns for position in taken]

    @cached_property
    def wanted_labels(self) -> tuple[Any, ...]:
        """The labels of these columns."""
        return tuple(self.names[position] for position in self.wanted)

    @cached_property
    def places_of_texts(self) -> list[tuple[int, Any]]:
        """The places, among the wanted values, of columns that may have texts, and their labels."""
        texts = [
            step is not None and step.texts
            for step, taken in zip(self.parts, self.columns, strict=True)
            for _ in taken
        ]
        return [(i, label) for i, label in enumerate(self.wanted_labels) if texts[i]]

    @cached_property
    def own(self) -> list[list[Any]]:
        """The labels of the columns of each part that is given a table."""
        taken = [columns for step, columns in zip(self.parts, self.columns, strict=True) if step is not None and step.takes_tables]
        return [[self.names[position] for position in columns] for columns in taken]

    @cached_property
    def cuts(self) -> list[tuple[Any, Any, bool]]:
        """For each part its ``one``, the slice of the wanted values that it takes, and whether this is one value."""
        cuts, start, table = [], 0, len(self.wanted)
        for step, taken, single in zip(self.parts, self.columns, self.single, strict=True):
            if step is not None and step.takes_tables:
                cuts.append((reading(step), slice(table, table + 1), True))
                table += 1
            else:
                cuts.append((step and step.one, slice(start, start + len(taken)), single))
            start += len(taken)
        return cuts

    @property
    def named_transformers_(self) -> dict[str, StandIn | str]:
        """The parts by their names."""
        return {
            name: step or "passthrough"
            for name, step in zip(self.part_names, self.parts, strict=True)
        }

    def row_of(self, row: Row) -> Values:
        """Return the wanted values, found by name where there are names; other columns do not matter then."""
        if self.names is not None:
            values = marked(row.values_of(self.wanted_labels), row, self.places_of_texts)
            return [*values, *(row[labels] for labels in self.own)] if self.own else values
        return self.taken(super().row_of(row))

    def rows(self, X: Any) -> list[Values]:
        """Return the wanted values of each row of X."""
        if type(X) is Row:
            return [self.row_of(X)]
        if isinstance(X, list) and X and all(type(item) is Row for item in X):
            return [self.row_of(item) for item in X]
        return [self.taken(row) for row in super().rows(X)]

    def taken(self, row: Values) -> Values:
        """Return the wanted values out of all."""
        if self.own:
            raise NotLight("a part that is given a table")
        return [row[position] for position in self.wanted]

    def behind(self) -> StandIn:
        """Return the same for whole rows that an earlier step has made."""
        if self.own:
            raise Unknown("The notebook's own code behind other steps is not known here.")
        return Inner(self.names, self.width, self)

    def one(self, row: Values) -> Any:
        """Return the results of all parts for the wanted values of one row."""
        result: list[Any] = []
        for step, cut, single in self.cuts:
            taken = row[cut]
            made = taken if step is None else step(taken[0] if single else taken)
            if type(made) is Sparse:
                return self.sparse_one(row)
            result += made
        return result

    def sparse_one(self, row: Values) -> Sparse:
        """Return the results of all parts where one of them is mostly zeros."""
        made = []
        for step, cut, single in self.cuts:
            taken = row[cut]
            made.append(taken if step is None else step(taken[0] if single else taken))
        return side_by_side(made)


@stored
@dataclass(frozen=True, eq=False)
class Inner(Transformer):
    """A ColumnTransformer behind other steps, which is given whole rows."""

    inner: ColumnTransformerStandIn

    texts: ClassVar[bool] = True

    def one(self, row: Values) -> Any:
        """Return the results for all values of one row."""
        return self.inner.one(self.inner.taken(row))


@compiles("sklearn.compose.ColumnTransformer")
def column_transformer(fitted: Any) -> StandIn:
    """Return the parts' stand-ins and the columns they take."""
    if fitted.transformer_weights:
        raise Unknown("Weights of parts are not known.")
    names, parts, taken, single = [], [], [], []
    for name, step, columns in fitted.transformers_:
        positions = fitted._transformer_to_input_indices[name]
        if step == "drop" or not len(positions):
            continue
        names.append(name)
        parts.append(None if passes(step) else behind(part(step)))
        taken.append([int(position) for position in positions])
        single.append(isinstance(columns, (str, int)))
    if any(
        alone != (step is not None and step.takes == "texts")
        for alone, step in zip(single, parts, strict=True)
    ):
        raise Unknown("A part takes columns in another way than it can.")
    if columns_of(fitted)["names"] is None and any(step is not None and step.takes_tables for step in parts):
        raise Unknown("The notebook's own code on columns without names is not known.")
    return ColumnTransformerStandIn(
        **columns_of(fitted), part_names=names, parts=parts, columns=taken, single=single
    )


def behind(step: StandIn) -> StandIn:
    """Return a part for rows of values; one that is given tables stays as it is."""
    return step if step.takes_tables else step.behind()


def reading(step: StandIn) -> Callable[[Any], Any]:
    """Return what a part makes of a table."""
    return lambda table: step.one(step.row(table))


def passes(step: Any) -> bool:
    """Say whether columns go through a step as they are."""
    if isinstance(step, str):
        return step == "passthrough"
    return type(step).__name__ == "FunctionTransformer" and step.func is None and not step.validate
