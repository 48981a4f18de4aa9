"""Long checks: told of as they go, one round at a time, stopped at once, and never silent about an error."""

from __future__ import annotations

import threading
from collections.abc import Generator
from pathlib import Path

from nb2prod.errors import Problem, UnusableInput
from nb2prod.inline.long_checks import NO_TURN, STILL, STOPPED, LongChecks, Step
from nb2prod.inline.model import LongCheck, State
from nb2prod.workflows.asked import Asked
from tests.inline.making import found

NOTEBOOK = Asked(Path("a.ipynb"))
ONE, TWO = LongCheck("one", "One"), LongCheck("two", "Two")


def as_running(check: LongCheck) -> LongCheck:
    return LongCheck(check.name, check.title, State.RUNNING)


def test_each_step_is_told_and_the_end_too() -> None:
    told: list[tuple[str, ...]] = []

    def measuring(asked: Asked) -> Generator[Step]:
        yield Step((ONE,))
        yield STILL
        yield Step((LongCheck("one", "One", State.PASSED),), (found(),))

    checks = LongChecks(measuring, lambda: told.append(tuple(each.state for each in checks.checks)))
    checks.start(NOTEBOOK)
    assert checks.wait(10)
    assert told[-1] == ("passed",)
    assert ("waiting",) in told
    assert len(checks.found) == 1
    assert not checks.running


def test_a_round_that_is_cancelled_is_closed_and_says_what_was_not_done() -> None:
    closed = threading.Event()

    def measuring(asked: Asked) -> Generator[Step]:
        try:
            yield Step((as_running(ONE), TWO))
            while True:
                yield STILL
        finally:
            closed.set()

    checks = LongChecks(measuring, lambda: None)
    checks.start(NOTEBOOK)
    checks.start(NOTEBOOK)  # once more changes nothing
    while not checks.checks:
        pass
    checks.cancel()
    assert checks.wait(10)
    assert closed.is_set()
    assert [(each.state, each.why) for each in checks.checks] == [(State.SKIPPED, STOPPED), (State.SKIPPED, NO_TURN)]


def test_a_refusal_is_said_in_its_own_words() -> None:
    def measuring(asked: Asked) -> Generator[Step]:
        yield Step((ONE,))
        raise UnusableInput([Problem("one thing"), Problem("another")])

    checks = LongChecks(measuring, lambda: None)
    checks.start(NOTEBOOK)
    assert checks.wait(10)
    assert checks.problem == "one thing; another"
    assert checks.checks[0].state is State.SKIPPED


def test_an_error_of_ours_is_said_to_be_one() -> None:
    def measuring(asked: Asked) -> Generator[Step]:
        yield Step((ONE,))
        raise ZeroDivisionError("by zero")

    checks = LongChecks(measuring, lambda: None)
    checks.start(NOTEBOOK)
    assert checks.wait(10)
    assert checks.problem == "this is a bug of nb2prod: ZeroDivisionError: by zero"


def test_a_round_whose_end_fails_is_over_all_the_same() -> None:
    def measuring(asked: Asked) -> Generator[Step]:
        try:
            yield Step((as_running(ONE),))
            while True:
                yield STILL
        finally:
            raise UnusableInput(Problem("the copy cannot be made", "here", "none"))

    checks = LongChecks(measuring, lambda: None)
    for _ in range(2):  # another round is possible
        checks.start(NOTEBOOK)
        while not checks.checks:
            pass
        checks.cancel()
        assert checks.wait(10)
        assert not checks.running
        assert checks.problem == "the copy cannot be made"
