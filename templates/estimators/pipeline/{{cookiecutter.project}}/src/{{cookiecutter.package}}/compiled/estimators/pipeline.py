"""scikit-learn's Pipeline: the steps' stand-ins, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from ..not_light import NotLight
from .registry import compiles, part, stored
from .stand_in import StandIn, Transformer, Values


@stored
@dataclass(frozen=True, eq=False)
class PipelineStandIn(Transformer):
    """Steps of which all but the last are transformers."""

    step_names: list[str]
    parts: list[StandIn]

    @cached_property
    def leading(self) -> int:
        """How many steps make tables of tables, before the first one that makes something else."""
        made = [step.takes_tables for step in self.parts[:-1]]
        return (made + [False]).index(False)

    @cached_property
    def before(self) -> list[Callable[[Any], Any]]:
        """What each row goes through before the last step, once it is read."""
        return [step.one for step in self.parts[self.leading : -1]]

    @property
    def takes_tables(self) -> bool:
        """Whether the first step is given whole rows."""
        return self.parts[0].takes_tables

    @property
    def takes(self) -> str:
        """What the first step takes."""
        return self.parts[0].takes

    @property
    def texts(self) -> bool:
        """Whether texts may come to the first step."""
        return self.parts[0].texts

    @property
    def steps(self) -> list[tuple[str, StandIn]]:
        """The steps by their names."""
        return list(zip(self.step_names, self.parts, strict=True))

    @property
    def named_steps(self) -> dict[str, StandIn]:
        """The steps by their names."""
        return dict(self.steps)

    def __getitem__(self, key: int | str) -> StandIn:
        return self.named_steps[key] if isinstance(key, str) else self.parts[key]

    @property
    def classes_(self) -> np.ndarray:
        """The last step's classes."""
        return self.parts[-1].classes_

    def row(self, X: Any) -> Values | None:
        """Return the values of the only row of X, as the first step reads them that makes no table of it."""
        if self.leading and isinstance(X, list):
            return self.row(X[0]) if len(X) == 1 else None
        for step in self.parts[: self.leading]:
            X = step.passed(X)
        return self.parts[self.leading].row(X)

    def rows(self, X: Any) -> list[Values]:
        """Return the values of each row of X, as that step reads them."""
        if not self.leading:
            return self.parts[0].rows(X)
        return [self.row(item) for item in (X if isinstance(X, list) else [X])]

    def passed(self, X: Any) -> Any:
        """Return what the steps make of a table: another one, if all of them do."""
        if not all(step.takes_tables for step in self.parts):
            return self.transform(X)
        for step in self.parts:
            X = step.passed(X)
        return X

    def ask(self, way: str, X: Any) -> Any:
        """Return the answer of a method of the last step to X."""
        try:
            row = self.row(X)
            if row is None:
                return self.parts[-1].way(f"{way}_many")(self.through_many(self.rows(X)))
            return self.parts[-1].way(f"{way}_one")(self.through(row))
        except NotLight:
            raise
        except Exception as error:
            raise NotLight(f"{type(error).__name__}: {error}") from error

    def behind(self) -> StandIn:
        """Return the same for rows that an earlier step has made."""
        return replace(self, parts=[self.parts[0].behind(), *self.parts[1:]])

    def one(self, row: Values) -> Any:
        """Return what all steps make of a row."""
        return self.parts[-1].one(self.through(row))

    def many(self, rows: Any) -> Any:
        """Return what all steps make of rows."""
        return self.parts[-1].many(self.through_many(rows))

    def way(self, name: str) -> Callable[[Any], Any] | None:
        """Return the last step's ``predict_one``, ``predict_proba_many`` and their like, for what the first is given."""
        answer = self.parts[-1].way(name)
        if answer is None or not name.endswith(("_one", "_many")):
            return super().way(name)
        before = self.through if name.endswith("_one") else self.through_many
        return lambda rows: answer(before(rows))

    def __getattr__(self, name: str) -> Any:
        """Give the last step's ways of answering."""
        if name.startswith("_") or self.way(f"{name}_one") is None:
            return super().__getattr__(name)
        self.__dict__[name] = found = partial(self.ask, name)
        return found

    def through(self, row: Values) -> Any:
        """Return what the last step is given for a row."""
        for step in self.before:
            row = step(row)
        return row

    def through_many(self, rows: Any) -> Any:
        """Return what the last step is given for rows."""
        for step in self.parts[self.leading : -1]:
            rows = step.many(rows)
        return rows


@compiles("sklearn.pipeline.Pipeline")
def pipeline(fitted: Any) -> StandIn:
    """Return the stand-ins of all steps in a row; steps that pass everything through are left out."""
    steps = [
        (name, part(step))
        for name, step in fitted.steps
        if step is not None and step != "passthrough"
    ]
    parts: list[StandIn] = []
    for _, step in steps:
        parts.append(step if all(earlier.takes_tables for earlier in parts) else step.behind())
    return PipelineStandIn(parts[0].names, parts[0].width, [name for name, _ in steps], parts)
