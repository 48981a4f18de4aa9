"""What was read to the ways by which held-out rows reach what models learn from."""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.analysis.learning.model import HELD_OUT, Harm, Kind, Leak, Learnt, Part, Trace
from nb2prod.analysis.learning.record import Record
from nb2prod.analysis.learning.values import Data, Rows, Splitting, part_of, split_of

ALWAYS = frozenset({Trace.RESAMPLED, Trace.SELECTION})
"""What spoils a cross-validation of training rows too, whatever is held out besides."""


Parting = tuple[Splitting, Rows, frozenset[Rows]]
"""A split, the whole that was parted, and that with all that it was chosen from."""


def find_leaks(record: Record) -> tuple[Leak, ...]:
    """Return what was worked out from held-out rows, and by which harm, each once."""
    blind = _never_scored(record)
    found: dict[tuple[Learnt, Harm], Leak] = {}
    for leak in (*_into_fits(record, blind), *_into_folds(record, blind), *_on_test(record)):
        found.setdefault((leak.learnt, leak.harm), leak)
    return tuple(sorted(found.values(), key=lambda each: (each.learnt.place.statement, each.learnt.place.line)))


def _never_scored(record: Record) -> frozenset[int]:
    """Return the splits by files whose held-out rows nobody scores: a ``test.csv`` without the truth."""
    scored: set[int] = set()
    for each in record.scorings:
        for rows in each.rows.ancestry() if each.rows is not None else ():
            if rows.split is not None and rows.part in HELD_OUT:
                scored.add(rows.split.index)
    return frozenset(each.index for each in record.splits if each.split.kind is Kind.FILES and each.index not in scored)


def _into_fits(record: Record, blind: frozenset[int]) -> Iterator[Leak]:
    for fitted in record.fits:
        if not fitted.fit.model.supervised or fitted.features is None or fitted.features.rows is None:
            continue
        partings = _partings(fitted.features.rows)
        for learnt, rows, _ in fitted.features.learnt if partings else ():
            if rows is None:
                continue
            harm = _harm(rows, partings, blind)
            if harm is not None:
                yield Leak(learnt, harm, fit=fitted.fit, of_target=_of_target(learnt, fitted.target))


def _of_target(learnt: Learnt, target: Data | None) -> bool:
    """Return whether the target went into what was worked out."""
    if learnt.target:
        return True
    return target is not None and bool(learnt.uses & (target.uses | {target.column}) - {""})


def _partings(rows: Rows) -> list[Parting]:
    """Return the splits that rows are the training part of, each with the whole that was split."""
    found = []
    for each in rows.ancestry():
        if each.split is not None and each.part is Part.TRAIN:
            whole = each.of[0] if each.of else each
            found.append((each.split, whole, frozenset(whole.ancestry())))
    return found


def _harm(rows: Rows, partings: list[Parting], blind: frozenset[int]) -> Harm | None:
    """Return how what was learnt from ``rows`` spoils a fit on the training parts of some splits."""
    worst: Harm | None = None
    for splitting, whole, around in partings:
        if whole.split is splitting:  # Files that somebody else has split: what covers both is a join of them.
            both = len(rows.of) > 1 and len({each.split_in(splitting) for each in rows.of} - {None}) > 1
            if both:
                return Harm.ON_BOTH
            if splitting.index not in blind:
                return None  # There are rows that nothing has touched.
            continue
        if rows in around:
            worst = Harm.ON_BOTH if _is_mixed(rows) else Harm.BEFORE_SPLIT
        elif len(rows.of) > 1 and _joins(rows, splitting):
            return Harm.ON_BOTH
        else:
            return None
    return worst


def _is_mixed(rows: Rows) -> bool:
    return len(rows.of) > 1 and part_of(rows) is Part.MIXED


def _joins(rows: Rows, splitting: Splitting) -> bool:
    return len({each.split_in(splitting) for each in rows.of} - {None}) > 1


def _into_folds(record: Record, blind: frozenset[int]) -> Iterator[Leak]:
    for scored in record.scorings:
        if scored.scoring.how.value not in {"crossed", "searched"} or scored.features is None:
            continue
        rows = scored.features.rows
        if rows is None:
            continue
        clean = any(splitting.index not in blind for splitting, _, _ in _partings(rows))
        around = frozenset(rows.ancestry())
        for learnt, source, _ in scored.features.learnt:
            if source is None or source not in around:
                continue
            if clean and learnt.trace not in ALWAYS:
                continue
            told = _of_target(learnt, scored.target)
            yield Leak(learnt, Harm.BEFORE_FOLDS, scored.scoring.fit, scored.scoring, told)


def _on_test(record: Record) -> Iterator[Leak]:
    """Yield what was worked out from held-out rows themselves and goes into what a model is asked about."""
    asked = [(data, prediction.fit) for prediction, data in record.asked]
    asked += [(each.features, each.scoring.fit) for each in record.scorings if each.features is not None]
    for data, fit in asked:
        if data.rows is None:
            continue
        around = frozenset(data.rows.ancestry()) if data.learnt else frozenset()
        for owed, rows, _ in data.learnt:
            made_up = owed.trace in {Trace.RESAMPLED, Trace.THINNED} and owed.target
            if rows is None or not (owed.trace is Trace.TOOL or made_up) or part_of(rows) not in HELD_OUT:
                continue
            splitting = split_of(rows)
            if rows in around and not (splitting is not None and splitting.by_use):
                yield Leak(owed, Harm.ON_TEST, fit=fit)
