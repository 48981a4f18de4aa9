"""What was read to the faults that make scores look better than models are, leaks of what was learnt apart."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from nb2prod.analysis.learning.columns import has_column
from nb2prod.analysis.learning.model import HELD_OUT, Fault, Flaw, How, Kind, Learnt, Part, Place, Trace
from nb2prod.analysis.learning.record import Record, Scored
from nb2prod.analysis.learning.tables import OTHER_ROWS
from nb2prod.analysis.learning.values import Data, Rows, part_of, split_of
from nb2prod.analysis.unparse import unparsed

IN_TIME = frozenset({Trace.SORTED, Trace.BEHIND, Trace.AHEAD})
TRIES = 3
"""Settings of one class, tried on the same test rows, from which on it is a choice."""
SUBJECT = re.compile(
    r"(^|_)(patient|subject|user|customer|client|person|participant|speaker|player|session|driver|student|employee|"
    r"household|member|account|device|machine|engine|animal|donor|visitor|author|rater|cust)s?(_?(id|no|nr|number|name|code))?$",
    re.IGNORECASE,
)
"""Columns that say whose row it is."""


def find_flaws(record: Record) -> tuple[Flaw, ...]:
    """Return the faults, each place once, in the order of the notebook."""
    found: dict[tuple[Fault, int, int], Flaw] = {}
    for flaw in (
        *_target_given(record),
        *_looks_ahead(record),
        *_overlaps(record),
        *_chosen(record),
        *_shuffled_time(record),
        *_groups_apart(record),
    ):
        found.setdefault((flaw.fault, flaw.place.cell, flaw.place.line), flaw)
    return tuple(found.values())


# Features that tell the target, or the future.


def _learnings(record: Record) -> Iterator[tuple[Place, Data, Data | None]]:
    """Yield what supervised models are fitted on, cross-validations included."""
    for fitted in record.fits:
        if fitted.fit.model.supervised and fitted.features is not None:
            yield fitted.fit.place, fitted.features, fitted.target
    for scored in record.scorings:
        if scored.scoring.how is How.CROSSED and scored.features is not None:
            yield scored.scoring.place, scored.features, scored.target


def _target_given(record: Record) -> Iterator[Flaw]:
    told: set[tuple[str, int]] = set()
    for place, features, target in _learnings(record):
        if target is None or not features.origin or features.origin != target.origin:
            continue
        found = _telling(features, target)
        if found is not None and (found[0], features.origin) not in told:
            told.add((found[0], features.origin))
            yield Flaw(Fault.TARGET_GIVEN, place, *found)


def _telling(features: Data, target: Data) -> tuple[str, str] | None:
    """Return a feature that tells the target, and how."""
    made = dict(target.made_of) | dict(features.made_of)
    made_features = {name for name, _ in features.made_of}

    def has(name: str) -> bool:
        return (
            name not in OTHER_ROWS
            and has_column(features, name, made=name in made)
            and (name not in made or name in made_features)
        )

    column = target.column
    if column and has(column):
        return column, ""
    sources = made.get(column, frozenset()) if column else target.uses
    if sources and all(has(each) for each in sources):
        return sorted(sources)[0], f"the target is made of {_listed(sources)}"
    if column and features.table:
        for name, parents in features.made_of:
            if name != column and has(name) and column in _ancestors(name, parents, made):
                return name, f"it is made of `{column}`"
    if target.said and len(sources) == 1:
        for name, parents in features.made_of:
            if parents == sources and name != column and has(name):
                return name, f"it and the target are made of {_listed(sources)}"
    return None


def _ancestors(name: str, parents: frozenset[str], made: dict[str, frozenset[str]]) -> set[str]:
    found: set[str] = set()
    pending = sorted(parents - {name})
    while pending:
        each = pending.pop()
        if each not in found:
            found.add(each)
            pending += sorted(made.get(each, frozenset()) - found)
    return found


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _looks_ahead(record: Record) -> Iterator[Flaw]:
    for _, features, target in _learnings(record):
        in_time = any(owed.trace in IN_TIME for owed, _, _ in features.learnt)
        for owed, _, columns in features.learnt:
            back = owed.trace is Trace.FILLED_BACK
            if owed.trace is not Trace.AHEAD and not (back and in_time):
                continue
            kept = _kept(features, columns, target)
            if kept is not None:
                yield Flaw(Fault.LOOKS_AHEAD, owed.place, kept, owed.what)


def _kept(features: Data, columns: frozenset[str] | None, target: Data | None) -> str | None:
    """Return the column of the features that is concerned; ``None`` where none is for certain."""
    if columns is None:
        return "" if features.table or features.column else None
    goal = target.column if target is not None else ""
    for name in sorted(columns - {goal}):
        if features.column == name or has_column(features, name, made=False):
            return name
    return None


# Scores.


def _overlaps(record: Record) -> Iterator[Flaw]:
    for scored in record.scorings:
        rows, fitted = scored.rows, scored.fitted
        learnt_from = fitted.features.rows if fitted is not None and fitted.features is not None else None
        if rows is None or learnt_from is None or scored.scoring.how not in {How.METRIC, How.METHOD}:
            continue
        text = scored.scoring.data.text if scored.scoring.data is not None else ""
        held_out = next((each for each in rows.ancestry() if _is_held_out(each)), None)
        if held_out is None:
            continue
        if learnt_from.covers(held_out) or learnt_from in rows.ancestry():
            yield Flaw(Fault.OVERLAP, scored.scoring.place, text)
            continue
        source, other = learnt_from.ancestry()[-1], held_out.ancestry()[-1]
        if source.read and source.read == other.read and learnt_from is source and held_out is other:
            yield Flaw(Fault.OVERLAP, scored.scoring.place, text, "both are read from the same file")
            continue
        if any(_overlap(each, held_out) for each in learnt_from.ancestry()):
            yield Flaw(Fault.OVERLAP, scored.scoring.place, text, "the two choices of rows overlap")


def _is_held_out(rows: Rows) -> bool:
    """Return whether rows are kept for a test by what somebody says: two groups may be learnt from crosswise."""
    if rows.split is not None and rows.split.by_use:
        return False
    return rows.part in HELD_OUT or (rows.named is Part.TEST and bool(rows.of))


_SLICE = re.compile(r"\[(\d*):(\d*)\]")


def _overlap(first: Rows, second: Rows) -> bool:
    """Return whether two choices of the same rows by hand have some in common: ``df[:800]`` and ``df[600:]``, two
    samples."""
    if first.of != second.of or first is second or not first.of:
        return False
    if first.how == second.how == "sample":
        return True
    ends = [_SLICE.fullmatch(each.how) for each in (first, second)]
    found = [(int(each[1] or 0), int(each[2] or 10**12)) for each in ends if each is not None]
    return len(found) == 2 and found[0][0] < found[1][1] and found[1][0] < found[0][1]


def _chosen(record: Record) -> Iterator[Flaw]:
    """Yield where settings, thresholds or models are held against one another on test rows."""
    on_test = [each for each in record.scorings if _on_test(each)]
    picked = {number for _, numbers in record.picked if len(numbers) > 1 for number in numbers}
    picked |= {n for place, numbers in record.picked if place.loops for n in numbers}
    picked |= {n for _, numbers in record.picked for n in numbers if record.scorings[n].loops}
    numbers = {id(each): number for number, each in enumerate(record.scorings)}
    for scored in on_test:
        settings = scored.fitted.value.varies if scored.fitted is not None else frozenset()
        if settings & set(scored.loops):
            yield Flaw(Fault.CHOSEN, scored.scoring.place, _rows_text(scored), "loop")
        elif numbers[id(scored)] in picked:
            yield Flaw(Fault.CHOSEN, scored.scoring.place, _rows_text(scored), "best")
    yield from _searched(record, on_test)
    yield from _tried(on_test)


def _searched(record: Record, on_test: list[Scored]) -> Iterator[Flaw]:
    """Yield searches among test rows on which a model is scored later."""
    for fitted in record.fits:
        rows = fitted.features.rows if fitted.features is not None else None
        if not (fitted.fit.model.searches and fitted.fit.model.supervised) or part_of(rows) is not Part.TEST:
            continue
        place, splitting = fitted.fit.place, split_of(rows)
        later = [each for each in on_test if each.scoring.place.statement >= place.statement]
        if any(split_of(each.rows) is splitting for each in later):
            yield Flaw(Fault.CHOSEN, place, fitted.fit.features.text if fitted.fit.features is not None else "", "best")


def _on_test(scored: Scored) -> bool:
    if scored.scoring.how not in {How.METRIC, How.METHOD} or part_of(scored.rows) is not Part.TEST:
        return False
    fitted, parting = scored.fitted, scored.rows.parting if scored.rows is not None else None
    if parting is not None and parting.split is not None and parting.split.split.folds:
        return False  # Each fold is held out once: that is how to choose.
    return fitted is not None and fitted.features is not None and part_of(fitted.features.rows) is Part.TRAIN


def _rows_text(scored: Scored) -> str:
    return scored.scoring.data.text if scored.scoring.data is not None else ""


def _tried(on_test: list[Scored]) -> Iterator[Flaw]:
    """Yield where one class is tried by hand with ever other settings."""
    tried: dict[tuple[str, int], dict[str, None]] = {}
    for scored in on_test:
        model, split = scored.scoring.model, scored.rows.parting if scored.rows is not None else None
        if (
            model is None
            or split is None
            or split.split is None
            or scored.loops
            or model.constructed is None
            or model.searches
        ):
            continue
        known = tried.setdefault((model.path, split.split.index), {})
        text = _settings(model.constructed)
        if text in known:
            continue
        known[text] = None
        if len(known) == TRIES:
            yield Flaw(Fault.CHOSEN, scored.scoring.place, _rows_text(scored), "tries")


def _settings(call: ast.Call) -> str:
    seeds = {"random_state", "seed", "n_jobs", "verbose"}
    told = sorted(f"{each.arg}={unparsed(each.value)}" for each in call.keywords if each.arg not in seeds)
    return ", ".join([*map(unparsed, call.args), *told])


# How rows are parted.


def _by_chance(record: Record) -> Iterator[tuple[Place, str, list[Data]]]:
    """Yield where rows are parted by chance, and what went in."""
    used = {
        each.split.index
        for fitted in record.fits
        if fitted.fit.model.supervised and fitted.features is not None and fitted.features.rows is not None
        for each in fitted.features.rows.ancestry()
        if each.split is not None
    }
    for splitting in record.splits:
        if splitting.split.kind is Kind.RANDOM and splitting.index in used:
            yield splitting.split.place, splitting.split.how, record.whole.get(splitting.index, [])
    for scored in record.scorings:
        if scored.kind is Kind.RANDOM and scored.features is not None:
            yield scored.scoring.place, scored.scoring.metric, [scored.features]


def _shuffled_time(record: Record) -> Iterator[Flaw]:
    for place, how, whole in _by_chance(record):
        evidence = next((owed for each in whole for owed in _ordered(each)), None)
        if evidence is not None:
            yield Flaw(Fault.SHUFFLED_TIME, place, how, _in_words(evidence))


def _ordered(data: Data) -> Iterator[Learnt]:
    for owed, _, columns in data.learnt:
        if owed.trace in IN_TIME and (columns is None or data.columns is None or columns & data.columns):
            yield owed


def _in_words(owed: Learnt) -> str:
    return f"sorted by `{owed.what}`" if owed.trace is Trace.SORTED else f"made of their neighbours by `{owed.what}`"


def _groups_apart(record: Record) -> Iterator[Flaw]:
    grouped = [(_source(rows), name) for rows, name in record.grouped]
    for place, how, whole in (*_by_chance(record), *_ungrouped(record)):
        for data in whole:
            source = _source(data.rows) if data.rows is not None else None
            said = next((name for rows, name in grouped if rows is source), "")
            counted = _counted(data)
            if said or counted:
                detail = "said" if said else "counted"
                yield Flaw(Fault.GROUPS_APART, place, said or counted, f"{detail}:{how}")
                break


def _counted(data: Data) -> str:
    """Return the subject over whose rows something is counted that each of them has."""
    around = data.rows.ancestry() if data.rows is not None else []
    subjects = (by for owed, rows, _ in data.learnt if rows in around for by in sorted(owed.by) if SUBJECT.search(by))
    return next(subjects, "")


def _ungrouped(record: Record) -> Iterator[tuple[Place, str, list[Data]]]:
    """Yield cross-validations that are told how to part rows, and not by groups."""
    for scored in record.scorings:
        if scored.scoring.how is How.CROSSED and scored.kind in {Kind.ORDERED} and scored.features is not None:
            yield scored.scoring.place, scored.scoring.metric, [scored.features]


def _source(rows: Rows) -> Rows:
    return rows.ancestry()[-1]
