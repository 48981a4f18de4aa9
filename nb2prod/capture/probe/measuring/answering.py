"""What the inference section answers: how fast, of what type, and what to requests that are a little out of the way."""

from __future__ import annotations

import math
import re
import time
from typing import Any

from ..as_json import NotJsonError, alike, is_missing, to_json
from ..cutting import split, split_one
from ..describing import dtype_of
from .rows import at
from .skipping import SkipError, library, short
from .subject import Asking, Subject

REQUESTS = 60
TIMED = 200
SECONDS_OF_TIMING = 2.0
BINS = 20
UNSEEN = "nb2prod-unseen"
OF_CATEGORIES = re.compile(
    "unknown categor|unseen|new categor|category not in|not in the training|do(es)? not match", re.I
)
"""How encoders and models speak of a category that they have not learnt."""


def latency(subject: Subject) -> dict[str, Any]:
    """Return ``{"p50", "p95", "count", "edges", "counts", "how"}`` of answers to single rows, in milliseconds."""
    numpy = library("numpy")
    how, ask, requests = _one_by_one(subject)
    try:
        ask(requests[0])  # the first pays for what is loaded late
    except Exception as error:
        raise SkipError(f"{how} raised {short(error)} for one row") from error
    taken: list[float] = []
    began = time.perf_counter()
    while len(taken) < TIMED and time.perf_counter() - began < SECONDS_OF_TIMING:
        request = requests[len(taken) % len(requests)]
        start = time.perf_counter()
        ask(request)
        taken.append((time.perf_counter() - start) * 1000)
    p50, p95 = (float(each) for each in numpy.quantile(taken, [0.5, 0.95]))
    counts, edges = numpy.histogram(numpy.clip(taken, 0, 2 * p95), BINS)
    return {
        "p50": p50,
        "p95": p95,
        "count": len(taken),
        "edges": [float(edge) for edge in edges],
        "counts": [int(each) for each in counts],
        "how": how,
    }


def _one_by_one(subject: Subject) -> Any:
    if subject.request.get("inference"):
        asking = subject.asking()
        records = asking.records(REQUESTS)
        built = [asking.form.build([record]) for record in records]
        return "the inference section", asking.body, built
    model, rows = subject.model(), subject.rows("test_features" if subject.has("test_features") else "train_features")
    size = len(rows) if isinstance(rows, list) else rows.shape[0]
    singles = [at(rows, [place]) for place in range(min(REQUESTS, size))]
    subject.predict(model, singles[0])
    return f"`{subject.request['model']}.predict`", model.predict, singles


def missing_answers(subject: Subject) -> dict[str, Any]:
    """Return ``{"asked", "missing", "first"}``: to how many of the notebook's own rows the answer has no value."""
    asking = subject.asking()
    records = asking.records(REQUESTS)
    bad = [place for place, record in enumerate(records) if _lacks(_raw(asking, record))]
    return {"asked": len(records), "missing": len(bad), "all": len(bad) == len(records)}


def _raw(asking: Asking, record: Any) -> Any:
    try:
        return asking.single(record)
    except Exception:  # a row that is refused has no answer to judge
        return 0


def _lacks(value: Any) -> bool:
    """Say whether there is a NaN, an infinity or nothing in an answer."""
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    if hasattr(value, "to_numpy"):
        value = value.to_numpy()
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        return any(_lacks(each) for each in value.values())
    if isinstance(value, (list, tuple)):
        return any(_lacks(each) for each in value)
    return is_missing(value) or (isinstance(value, float) and math.isinf(value))


def types(subject: Subject) -> dict[str, Any]:
    """Return ``{"types": {type: rows}, "asked"}`` of the answers as JSON has them."""
    asking = subject.asking()
    found: dict[str, int] = {}
    records = asking.records(REQUESTS)
    for record in records:
        try:
            answer = to_json(asking.single(record))
        except (NotJsonError, Exception):
            continue
        if _is_nothing(answer):  # which is told as such
            continue
        name = _type(answer)
        found[name] = found.get(name, 0) + 1
    return {"asked": len(records), "types": found}


def _is_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, list) and bool(value) and all(map(_is_nothing, value)))


def _type(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, dict):
        return "an object with " + ", ".join(sorted(map(str, value)))[:80]
    if isinstance(value, list):
        kinds = sorted({_type(each) for each in value if each is not None})
        inside = kinds[0] if len(kinds) == 1 else "several types" if kinds else "nothing"
        return f"a list of {len(value)}, each {inside}" if value else "an empty list"
    return "nothing"


def batch(subject: Subject) -> dict[str, Any]:
    """Return ``{"asked", "differing", "first"}``: how many rows are answered otherwise when they are asked alone."""
    asking = subject.asking()
    if not asking.form.batched:
        raise SkipError("the request is one record, so there is no batch")
    records = asking.records(REQUESTS)
    if len(records) < 2:
        raise SkipError("there is only one row to ask about")
    output = asking.together(records)
    dtype = dtype_of(output)
    parts = split(output, len(records))
    if parts is None:
        raise SkipError("the answer to several rows is not one for each")
    differing, first = 0, None
    shown: Any
    for record, part in zip(records, parts):  # noqa: B905
        try:
            alone = split_one(asking.single(record), only_arrays=False)
            same, shown = alone is not None and alike(alone[0], part, dtype), alone
        except Exception as error:
            same, shown = False, short(error)
        if not same:
            differing += 1
            first = first or {
                "together": str(part)[:80],
                "alone": str(shown[0] if isinstance(shown, list) else shown)[:160],
            }
    return {"asked": len(records), "differing": differing, "first": first}


def unknown_category(subject: Subject) -> list[dict[str, Any]]:
    """Return ``{"column", "why"}`` of the columns of texts in which one that was never seen raises."""
    asking = subject.asking()
    records = [each for each in asking.records(5) if isinstance(each, dict)]
    if not records:
        raise SkipError("requests have no columns by name")
    record = records[0]
    names = [name for name, value in record.items() if isinstance(value, str)]
    if not names:
        raise SkipError("no column of a request is a text")
    asking.single(record)
    found = []
    for name in names:
        try:
            asking.single({**record, name: UNSEEN})
        except Exception as error:
            said = str(error).replace(UNSEEN, "...")  # the value itself says that it is unseen
            if OF_CATEGORIES.search(said):  # else a lookup or a parser: what is not on its list is refused
                found.append({"column": str(name), "why": short(error).replace(UNSEEN, "...")})
    return found


def column_order(subject: Subject) -> dict[str, Any]:
    """Return ``{"asked", "differing"}``: how many rows get another answer when their columns stand the other way
    round; ``raises`` where that is refused."""
    asking = subject.asking()
    if not asking.is_table:
        raise SkipError("the request is no table")
    name, rows = next(iter(asking.values.items()))
    if rows.shape[1] < 2:
        raise SkipError("the request has one column")
    records = asking.records(REQUESTS)
    built = asking.form.build(records)[name]
    right = split(asking.body({name: built}), len(records))
    try:
        other = split(asking.body({name: built[list(built.columns)[::-1]]}), len(records))
    except Exception:
        return {"asked": len(records), "differing": 0, "raises": True}
    if right is None or other is None:
        raise SkipError("the answer to several rows is not one for each")
    pairs = zip(right, other)  # noqa: B905
    return {"asked": len(records), "differing": sum(not alike(a, b, "float32") for a, b in pairs), "raises": False}
