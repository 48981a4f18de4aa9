"""The request and the notebook's variables go in; rows, model and body to measure come out, each a copy."""

from __future__ import annotations

import copy
from typing import Any

from ..answers import Interview
from ..as_json import is_a
from ..body import copied
from ..cutting import understand
from ..forms import Form, spread
from .rows import at, count, flat, truth
from .skipping import SkipError, library, short
from .ways import ThroughInference, Way, known_kind, way_of

MAX_ROWS = 5_000
"""Rows of each part that are looked at; more do not change what is said of them."""
MOST_CELLS = 20_000_000
"""Values of a part that are counted, where each counts: to find what is there once or twice."""
SEED = 20_240_229
"""Of our own generator; the notebook's are not touched."""
MISSING = {
    "model": "no model that is fitted and then asked was found",
    "train_features": "the rows that the model is fitted to were not found",
    "train_target": "the target that the model is fitted to was not found",
    "test_features": "no rows that were held back from fitting were found",
    "test_target": "the target of the rows that were held back was not found",
    "table": "no table of the data was found",
    "inference": "there is no inference section",
}
"""Why a part is not there, where the request does not say."""


class Subject:
    """What there is to measure. Whatever is missing raises ``SkipError`` with the reason when it is asked for."""

    def __init__(self, namespace: dict[str, Any], request: dict[str, Any]) -> None:
        self.request = request
        self.namespace = namespace
        self.kept: dict[str, Any] = {}
        self._sizes: dict[str, int] = {}
        self._way: Way | None = None

    def random(self) -> Any:
        """Return a new generator of our own."""
        return library("numpy").random.RandomState(SEED)

    def has(self, part: str) -> bool:
        """Say whether the request names a part."""
        return bool(self.request.get(part))

    def value(self, part: str) -> Any:
        """Return what the notebook has for a part, itself and not a copy."""
        expression = self.request.get(part)
        if not expression:
            why = self.request.get("missing", {}).get(part)
            raise SkipError(why or MISSING.get(part, f"no {part} was found"))
        try:
            return eval(compile(expression, "<nb2prod measuring>", "eval", dont_inherit=True), self.namespace)
        except Exception as error:
            raise SkipError(f"`{expression}` cannot be had: {short(error)}") from error

    def size(self, part: str) -> int:
        """Return how many rows a part has, all of them."""
        if part not in self._sizes:
            self._sizes[part] = count(self.value(part))
        return self._sizes[part]

    def rows(self, part: str) -> Any:
        """Return at most ``MAX_ROWS`` rows of a part, as a copy; the same places for features and their target."""
        if part not in self.kept:
            size = self.size(part)
            if size == 0:
                raise SkipError(f"`{self.request[part]}` has no rows")
            self.kept[part] = at(self.value(part), self._places(size, MAX_ROWS))
        return copied(self.kept[part])

    def whole(self, part: str) -> Any:
        """Return all rows of a part, to be read only; of a huge one, as many as can be counted."""
        value, size = self.value(part), self.size(part)
        if size == 0:
            raise SkipError(f"`{self.request[part]}` has no rows")
        shape: Any = getattr(value, "shape", (size,))
        most = max(MAX_ROWS, MOST_CELLS // max(1, shape[1] if len(shape) > 1 and not hasattr(value, "tocsr") else 1))
        return value if size <= most else at(value, self._places(size, most))

    def _places(self, size: int, most: int) -> Any:
        numpy = library("numpy")
        if size <= most:
            return numpy.arange(size)
        return numpy.sort(self.random().choice(size, most, replace=False))

    def pair(self, which: str) -> tuple[Any, Any]:
        """Return features and target of ``train`` or ``test``, rows without a target left out."""
        way = self.way
        if self.size(way.part(which)) != self.size(f"{which}_target"):
            raise SkipError(f"features and target of the {which} rows are not equally many any more")
        features, target = way.rows(which), way.fewer(self.target(which))
        there = ~library("pandas").isna(target)
        if there.all():
            return features, target
        if not there.any():
            raise SkipError(f"no {which} row has a target")
        return at(features, there.nonzero()[0]), target[there]

    def target(self, which: str) -> Any:
        """Return the target of the rows of ``train`` or ``test`` as an array with one axis."""
        return truth(self.rows(f"{which}_target"))

    def data(self, which: str) -> Any:
        """Return the rows of ``train`` or ``test`` before they were prepared, where that is known."""
        return self.rows(self.unprepared(which))

    def unprepared(self, which: str) -> str:
        """Return the part that has the rows of ``train`` or ``test`` before they were prepared."""
        features, rows = f"{which}_features", f"{which}_rows"
        if self.has(rows):
            try:
                if not self.has(features) or self.size(rows) == self.size(features):
                    return rows
            except SkipError:  # it was deleted, or is none of rows
                pass
        return features

    def model(self) -> Any:
        """Return a copy of the model, itself where it cannot be copied."""
        model = self.value("model")
        if not callable(getattr(model, "predict", None)):
            raise SkipError(f"`{self.request['model']}` has no `predict`")
        try:
            return copy.deepcopy(model)
        except Exception:
            return model

    @property
    def way(self) -> Way:
        """How the model is asked. Raises ``SkipError`` where it cannot be."""
        if self._way is None:
            self._way = way_of(self)
        return self._way

    def served(self) -> Way:
        """Let the model be asked through the inference section from now on, where there is one."""
        if self.request.get("inference") and not isinstance(self.way, ThroughInference):
            self._way = ThroughInference(self)
        return self.way

    def kind(self) -> str:
        """Return ``classification`` or ``regression``."""
        return (known_kind(self.value("model")) if self.has("model") else "") or self.way.kind

    def predict(self, model: Any, features: Any, of_any_form: bool = False) -> Any:
        """Return the model's answers to rows, one for each; as it gives them where they may be of any form."""
        name = f"`{self.request['model']}.predict`"
        try:
            handed = copied(features)
            if is_a(model, "xgboost", "Booster"):
                handed = library("xgboost").DMatrix(handed)
            found = model.predict(handed)
            found = found if of_any_form else flat(found)
        except SkipError:
            raise
        except Exception as error:
            raise SkipError(f"{name} raised {short(error)}") from error
        if not of_any_form and len(found) != count(features):
            raise SkipError(f"{name} does not give one answer for each row")
        return found

    def asking(self) -> Asking:
        """Return the inference section, to be asked again and again."""
        if not self.request.get("inference"):
            self.value("inference")
        return Asking(self.request["inference"], self.namespace)


class Asking:
    """The notebook's own statements from the request to the answer, and rows to ask them about."""

    def __init__(self, wanted: dict[str, Any], namespace: dict[str, Any]) -> None:
        interview = Interview({"max_rows": 200, "artifacts": (), **wanted}, namespace, [])
        try:
            self.values = interview.own_values()
            self.body = interview.body
            self.answer = self.body(self.values)
            self.sources = [value for _, value in interview.sources()]
            self.form: Form = understand(self.values, self.answer, self.sources)
        except Exception as error:
            raise SkipError(f"the inference section, run again by itself, raised {short(error)}") from error

    def records(self, wanted: int) -> list[Any]:
        """Return the notebook's own requests and more like them from its data, one JSON value each."""
        own = self.form.records(spread(self.form.count(), wanted))
        for source in self.sources:
            if len(own) >= wanted:
                break
            try:
                drawn = self.form.draw(source, wanted) or []
            except Exception:  # data of another form
                continue
            own += [each for each in drawn if each not in own][: wanted - len(own)]
        return own

    def single(self, record: Any) -> Any:
        """Return what the section answers to one record, as it gives it."""
        return self.body(self.form.build([record]))

    def together(self, records: list[Any]) -> Any:
        """Return what it answers to several at once."""
        return self.body(self.form.build(records))

    @property
    def is_table(self) -> bool:
        """Whether the request is a table."""
        return len(self.values) == 1 and is_a(next(iter(self.values.values())), "pandas", "DataFrame")
