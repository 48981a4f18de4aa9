"""What is known of a notebook or a repository to the state of each of the 28 tests."""

from __future__ import annotations

from nb2prod.score.model import Known, Row, Score, State, Test
from nb2prod.score.rubric import TESTS


def scored(known: Known) -> Score:
    """Return the state of all 28 tests."""
    return Score(tuple(state_of(test, known) for test in TESTS))


def state_of(test: Test, known: Known) -> Row:
    """Return the state of one test: what is repeated counts more than anybody's word."""
    lacking = [name for name in test.repeated_by if known.repeats.get(name, known.nothing)]
    gaps = [known.repeats.get(name, known.nothing) for name in lacking]
    remedy = known.remedies.get(lacking[0], "") if lacking else ""
    if test.repeated_by and not gaps:
        return Row(test, State.AUTOMATIC, f"{test.how}: {', '.join(test.repeated_by)}")
    said = next((each for each in reversed(known.attested) if each.test == test.id), None)
    if said is not None:
        return Row(test, State.ATTESTED, f"{said.by} on {said.on}: {said.how}", remedy)
    return Row(test, State.MISSING, gaps[0] if gaps else "a person has to do it, and nobody attests it", remedy)
