"""Stand-ins of fitted objects that are asked about a record whose values are written down."""

from __future__ import annotations

import inspect
from math import exp
from typing import Any

import numpy as np

from ..estimators.answers import LOGISTIC, Probabilities, ScoreClassifier, logistic
from ..estimators.sparse import Sparse
from ..estimators.stand_in import NO_TEXT, Predictor, StandIn, Transformer, table
from ..kinds import STR
from ..not_light import NotLight
from ..row import Row
from .arrays import MOST, TracedArray, objects
from .cells import TracedCell
from .hidden import Hidden
from .plain import TracedPlain
from .rows import TracedRow
from .trace import Trace, Value

WAYS = ("predict", "predict_proba", "decision_function", "transform")
KINDS = "fibUO"


class TracedSparse(Hidden):
    """A table of one sparse row: it may only be handed to what takes such."""

    def __init__(self, value: Value, width: int) -> None:
        self.value, self.shape = value, (1, width)


class TracedStandIn(Hidden):
    """A stand-in, as the code has it."""

    def __init__(self, trace: Trace, stand_in: StandIn) -> None:
        self.trace, self._stand_in = trace, stand_in

    def __getattr__(self, name: str) -> Any:
        if name in WAYS:
            own = inspect.getattr_static(type(self._stand_in), name, None)
            if own is not None and own not in OWN:
                raise NotLight(f"{type(self._stand_in).__name__}.{name}")
            return lambda X: self._ask(name, X)
        found = getattr(self._stand_in, name)
        if type(found) is not np.ndarray:
            raise NotLight(f"a model's {name}")
        return found

    def _ask(self, way: str, X: Any) -> TracedArray | TracedSparse:
        """Return the array, (1,) or (1, k), that a model answers; or the sparse row that a vectorizer makes."""
        values = values_for(self.trace, self._stand_in, X)
        last, given = through(self.trace, self._stand_in, values)
        if way == "predict_proba" and isinstance(last, ScoreClassifier):
            if last.link in LOGISTIC:
                return self._two(last, given)
            if last.link == "softmax":
                return self._several(last, given)
        one = last.way("one" if way == "transform" else f"{way}_one")
        if one is None:
            raise NotLight(f"{type(last).__name__}.{way}")
        if way == "transform" and last.takes == "texts":
            return self._sparse(self.trace.let(self.trace.call(one, given)))
        function = answered if way == "transform" else alone_of
        made = self.trace.let(
            f"{self.trace.names.of(function)}({self.trace.call(one, given)})"
        ).text
        array = self.trace.now(made)
        same = f"{made}.shape == {array.shape!r} and {made}.dtype == {self.trace.names.of(array.dtype)}"
        if array.dtype.kind not in KINDS or array.size > MOST or not self.trace.told(f"({same})"):
            raise NotLight("an answer of another kind")
        listed = self.trace.let(f"{made}.ravel().tolist()").text
        values = [Value(f"{listed}[{place}]") for place in range(array.size)]
        return TracedArray(self.trace, objects(values).reshape(array.shape), array.dtype)

    def _several(self, last: Any, given: Value) -> TracedArray:
        """Return the probabilities of several classes without an array."""
        count, of = len(last.classes_), self.trace.names.of
        shared = self.trace.let(f"{of(shares)}({self.trace.call(last.score, given)}, {count})")
        values = [Value(f"{shared.text}[{place}]") for place in range(count)]
        return TracedArray(self.trace, objects(values).reshape(1, -1), np.float64)

    def _sparse(self, row: Value) -> TracedSparse:
        """Return what a vectorizer makes of a text."""
        width = getattr(self.trace.now(row.text), "width", 0)
        test = (
            f"(type({row.text}) is {self.trace.names.of(Sparse)} and {row.text}.width == {width})"
        )
        if not self.trace.told(test):
            raise NotLight("rows that are not sparse")
        return TracedSparse(row, width)

    def _two(self, last: Any, given: Value) -> TracedArray:
        """Return the probabilities of two classes without an array."""
        score = self.trace.let(self.trace.call(last.score, given))
        if not self.trace.told(f"type({score.text}) is float"):
            raise NotLight("several scores")
        yes = self.trace.let(
            f"{self.trace.names.of(logistic)}({LOGISTIC[last.link]} * {score.text})"
        )
        return TracedArray(
            self.trace, objects([Value(f"(1 - {yes.text})"), yes]).reshape(1, 2), np.float64
        )


def shares(scores: Any, count: int) -> list[float]:
    """Return what ``softmax`` does, for the scores of one row."""
    values = scores.tolist()
    if len(values) != count:
        raise NotLight("several scores")
    highest = max(values)
    powers = [exp(value - highest) for value in values]
    whole = sum(powers)
    if not whole >= 1:  # as of numbers that are none
        raise NotLight("no probabilities")
    return [power / whole for power in powers]


def alone_of(array: Any) -> np.ndarray:
    """Return an array that a model has answered for one row."""
    if type(array) is not np.ndarray or array.ndim not in (1, 2) or len(array) != 1:
        raise NotLight("another answer than an array")
    return array


def answered(row: Any) -> np.ndarray:
    """Return what a transformer has made of one row as its ``transform`` does."""
    return alone_of(table([row]))


OWN = [
    vars(kind).get(way)
    for kind in (Predictor, Probabilities, ScoreClassifier, Transformer)
    for way in WAYS
]
"""What answers by ``..._one``, and does nothing else."""


def through(trace: Trace, stand_in: Any, given: Value) -> tuple[Any, Value]:
    """Return the last step of a pipeline, and what it is given."""
    while type(stand_in).__name__ == "PipelineStandIn":
        for step in stand_in.parts[:-1]:
            given = trace.let(trace.call(step.one, given))
        stand_in = stand_in.parts[-1]
    return stand_in, given


class Token:
    """Stands for a column while a stand-in says which it takes, and where a gap has to be told apart."""

    def __init__(self, gap: bool) -> None:
        self.gap = gap

    def __ne__(self, other: object) -> bool:
        return self.gap

    __hash__ = object.__hash__


def values_for(trace: Trace, stand_in: StandIn, X: Any) -> Value:
    """Return the text of what a stand-in's ``..._one`` is given for the only row of X."""
    if stand_in.takes == "texts":
        return text_of(X)
    if type(X) is TracedSparse and plain_rows(stand_in) and X.shape[1] == stand_in.width:
        return X.value
    if type(X) is TracedRow:
        taken = [(X._cells[label], marked) for label, marked in taken_of(stand_in, X)]
    elif (
        type(X) is TracedArray
        and X.ndim == 2
        and len(X) == 1
        and X.dtype in (np.float64, np.int64)
        and plain_rows(stand_in)
    ):
        taken = [(value, False) for value in X._values[0]]
        if len(taken) != stand_in.width:
            raise NotLight("an array of other columns")
    else:
        raise NotLight("a model that is asked about something else")
    no_text = trace.names.of(NO_TEXT)
    texts = [(trace.text(value), marked) for value, marked in taken]
    made = [
        f"{text} if {text} == {text} else {no_text}" if marked else text for text, marked in texts
    ]
    return Value(f"[{', '.join(made)}]")


def text_of(X: Any) -> Value:
    """Return the only text of a list, a tuple or a column."""
    if type(X) is TracedCell and X.kind == STR:
        return X.value
    if type(X) in (list, tuple) and list(map(type, X)) == [TracedPlain] and X[0].kind is str:
        return X[0].value  # type: ignore[no-any-return]
    raise NotLight("texts in something else")


def taken_of(stand_in: StandIn, row: TracedRow) -> list[tuple[Any, bool]]:
    """Return the labels that a stand-in takes of a row, in order, and whether it tells gaps in them apart."""
    tokens = {label: Token(False) for label in row._cells}
    gaps = {label: Token(True) for label in row._cells}
    whole, marked = (stand_in.row(Row(each, row._kinds)) for each in (dict(tokens), dict(gaps)))
    labels = {id(token): label for label, token in tokens.items()}
    return [
        (labels[id(token)], other is NO_TEXT) for token, other in zip(whole, marked, strict=True)
    ]


def plain_rows(stand_in: Any) -> bool:
    """Say whether a stand-in takes the rows of an array as they are."""
    while type(stand_in).__name__ == "PipelineStandIn":
        stand_in = stand_in.parts[0]
    return type(stand_in).rows is StandIn.rows
