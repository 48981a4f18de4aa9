"""How the model is asked about rows: by its own ``predict``, or through the inference section, whatever its kind."""

from __future__ import annotations

import copy
import math
import time
from typing import Any

from ..as_json import is_a, to_json
from ..cutting import split, split_one
from ..forms import spread
from .reading import Answers, Truth
from .rows import at, count, flat
from .skipping import SkipError, library, short

TRIED = 200
"""Rows by whose answers it is told what they mean."""
MOST_ALONE = 300
SECONDS_ALONE = 2.0
"""What asking about rows may take where the section takes one at a time."""
OTHER_SCALE = 0.3
"""By how much rank correlation may explain more of a target than the answers themselves do."""


class Way:
    """A way to ask; subclasses say which."""

    how = ""
    kind = ""
    """``classification`` or ``regression``."""
    model: Any = None
    known = ""
    """The same where the model itself says so, as scikit-learn's do."""

    def __init__(self, subject: Any) -> None:
        self.subject = subject
        self.most = 0
        """How many rows may be asked about; 0 for any number."""

    def part(self, which: str) -> str:
        """Return the part that has the rows of ``train`` or ``test`` as they are asked about."""
        raise NotImplementedError

    def rows(self, which: str) -> Any:
        """Return the rows of ``train`` or ``test`` as they are asked about."""
        return self.fewer(self.subject.rows(self.part(which)))

    def fewer(self, rows: Any) -> Any:
        """Return as many of some rows as may be asked about, the same places for all."""
        size = count(rows)
        if not self.most or size <= self.most:
            return rows
        return at(rows, library("numpy").array(spread(size, self.most)))

    def answers(self, rows: Any) -> Any:
        """Return one class or number for each row."""
        return self.told(rows).values

    def told(self, rows: Any) -> Answers:
        """Return all that is answered to rows. Raises ``SkipError`` where that is not one thing for each."""
        raise NotImplementedError

    def settle(self) -> None:
        """Find out what the answers mean. Raises ``SkipError`` where nobody can say."""
        self.truth = Truth([self.subject.value(f"{each}_target") for each in self._told_of()])
        which = self._told_of()[-1]
        rows, target = self.rows(which), self.fewer(self.subject.target(which))
        if count(rows) != len(target):
            raise SkipError(f"features and target of the {which} rows are not equally many any more")
        places = library("numpy").array(spread(len(target), TRIED))
        found = self.told(at(rows, places))
        self.kind = found.kind
        if self.kind == "regression":
            _refuse_another_scale(target[places], found.values)

    def _told_of(self) -> list[str]:
        found = [each for each in ("train", "test") if self.subject.has(f"{each}_target")]
        if not found:
            self.subject.value("train_target")
        return found


class Direct(Way):
    """The model's own ``predict``."""

    def __init__(self, subject: Any) -> None:
        super().__init__(subject)
        self.model = subject.model()
        self.how = f"`{subject.request['model']}.predict`"
        self.known = known_kind(self.model)
        self.kind = self.known
        rows = subject.rows(self.part("test" if subject.has("test_features") else "train"))
        subject.predict(self.model, at(rows, library("numpy").arange(min(2, count(rows)))), of_any_form=not self.known)
        if not self.known:
            self.settle()

    def part(self, which: str) -> str:
        """As :class:`Way` says."""
        return f"{which}_features"

    def told(self, rows: Any) -> Answers:
        """As :class:`Way` says."""
        if self.known:
            return Answers(self.known, self.subject.predict(self.model, rows))
        given = split(self.subject.predict(self.model, rows, of_any_form=True), count(rows))
        if given is None:
            raise SkipError(f"{self.how} does not give one answer for each row")
        return self.truth.read(given, self.how, self.kind)


class ThroughInference(Way):
    """The notebook's own statements from the request to the answer."""

    how = "the inference section"

    def __init__(self, subject: Any) -> None:
        super().__init__(subject)
        self.asking = subject.asking()
        self.form = self.asking.form
        self.alone = not self._takes_many()
        if self.alone:
            self.most = self._most_alone()
        self.settle()

    def _takes_many(self) -> bool:
        records = self.asking.records(2)
        if not self.form.batched or len(records) < 2:
            return False
        try:
            return split(self.asking.together(records), 2) is not None
        except Exception:
            return False

    def _most_alone(self) -> int:
        (record,) = self.asking.records(1)[:1]
        began = time.monotonic()
        for _ in range(2):
            try:
                self.asking.single(record)
            except Exception as error:
                raise SkipError(f"the inference section, asked about one row, raised {short(error)}") from error
        return max(30, min(MOST_ALONE, int(SECONDS_ALONE * 2 / (time.monotonic() - began + 1e-9))))

    def part(self, which: str) -> str:
        """As :class:`Way` says."""
        why, parts = "", [each for each in (f"{which}_rows", f"{which}_features") if self.subject.has(each)]
        for part in parts or [f"{which}_features"]:
            try:
                self._records(at(self.subject.rows(part), [0]))
                if self._is_of_these(self.subject.rows(part)):
                    return part
                name = self.subject.request[part]
                why = why or f"the inference section is asked about other values than `{name}` has"
            except SkipError as error:
                why = why or str(error)
        raise SkipError(why)

    def rows(self, which: str) -> Any:
        """As :class:`Way` says: of a table the columns of a request."""
        rows = super().rows(which)
        if is_a(rows, "pandas", "DataFrame") and self.form.kind in ("table", "record"):
            known = set(map(str, self.form.labels if self.form.kind == "table" else self.form.fields))
            rows = rows[[name for name in rows.columns if str(name) in known]]
        return rows

    def told(self, rows: Any) -> Answers:
        """As :class:`Way` says."""
        form, records = self._records(rows)
        try:
            if self.alone:
                given: Any = [_one(self.asking.body(form.build([record]))) for record in records]
            else:
                given = split(self.asking.body(form.build(records)), len(records))
        except Exception as error:
            raise SkipError(f"the inference section, asked about such rows, raised {short(error)}") from error
        if given is None:
            raise SkipError("the inference section does not give one answer for each row")
        return self.truth.read(given, self.how, self.kind)

    def _records(self, rows: Any) -> tuple[Any, list[Any]]:
        """Return rows as requests, one for each; ``SkipError`` where they are none."""
        form = copy.copy(self.form)
        try:
            records = form.draw(rows, count(rows))
        except SkipError:
            raise
        except Exception as error:
            raise SkipError(f"the rows cannot be sent as requests: {short(error)}") from error
        if records is None or len(records) != count(rows):
            raise SkipError("the rows that were split are not of the form that the inference section is asked about")
        return form, records

    def _is_of_these(self, rows: Any) -> bool:
        """Say whether the notebook's own request has values as these rows have: no scaled ones for raw ones."""
        numpy = library("numpy")
        few = at(rows, numpy.array(spread(count(rows), TRIED)))
        own = [_numbers(each) for each in self.asking.form.records(spread(self.form.count(), TRIED))]
        there = [_numbers(each) for each in self._records(few)[1]]
        width = min(map(len, own + there))
        if not width:
            return True
        middle = numpy.nanmedian(numpy.array([each[:width] for each in own], dtype=float), axis=0)
        values = numpy.array([each[:width] for each in there], dtype=float)
        low, high = numpy.nanmin(values, axis=0), numpy.nanmax(values, axis=0)
        inside = (middle >= low - (high - low) / 2) & (middle <= high + (high - low) / 2)
        return bool((inside | numpy.isnan(middle)).mean() >= 0.75)


def known_kind(model: Any) -> str:
    """Return the kind that scikit-learn's tags say; empty for what is not of its kind. Raises ``SkipError`` for what is
    of its kind and neither classifies nor regresses."""
    base = library("sklearn.base")
    for kind, is_one in (("classification", base.is_classifier), ("regression", base.is_regressor)):
        try:
            if is_one(model):
                return kind
        except Exception:  # another library's, or a stand-in without scikit-learn's own tags
            continue
    if hasattr(model, "__sklearn_tags__") or hasattr(model, "_estimator_type"):
        raise SkipError(f"a {type(model).__name__} neither classifies nor regresses")
    return ""


def way_of(subject: Any) -> Way:
    """Return the first way that the model can be asked in; ``SkipError`` with the reasons where there is none."""
    try:
        return Direct(subject)
    except SkipError as error:
        if not subject.request.get("inference") or "neither classifies" in str(error):
            raise
        first = str(error)
    try:
        return ThroughInference(subject)
    except SkipError as error:
        raise SkipError(f"{first}; through the inference section: {error}") from error


def _one(answer: Any) -> Any:
    parts = split_one(answer, only_arrays=False)
    return parts[0] if parts is not None else to_json(answer)


def _numbers(value: Any) -> list[float]:
    """Return the first numbers of a request, as JSON has it, in order; NaN for what is none."""
    if isinstance(value, dict):
        return [number for each in value.values() for number in _numbers(each)]
    if isinstance(value, list):
        return [number for each in value[:50] for number in _numbers(each)]
    return [float(value) if isinstance(value, (int, float)) else math.nan]


def _refuse_another_scale(target: Any, answers: Any) -> None:
    """Raise ``SkipError`` where answers rise with the target but are not of its size: its logarithm, a scaled one."""
    numpy, pandas = library("numpy"), library("pandas")
    target, answers = flat(target).astype(float), answers.astype(float)
    there = numpy.isfinite(target) & numpy.isfinite(answers)
    target, answers = target[there], answers[there]
    spread_ = float(((target - target.mean()) ** 2).sum()) if len(target) else 0.0
    if len(target) < 10 or not spread_ or len(set(answers.tolist())) < 2:
        return
    explained = 1 - float(((target - answers) ** 2).sum()) / spread_
    ranked = float(numpy.corrcoef(pandas.Series(target).rank(), pandas.Series(answers).rank())[0, 1]) ** 2
    if ranked > max(explained, 0.0) + OTHER_SCALE:
        raise SkipError("the answers rise with the target but are on another scale than it")
