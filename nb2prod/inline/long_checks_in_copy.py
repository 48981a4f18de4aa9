"""The objects in this kernel go in; the long checks of them come out step by step, made in a copy of the process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import replace
from typing import Any

from nb2prod.inline.long_checks import STILL, Step
from nb2prod.inline.model import LongCheck, State
from nb2prod.rules.engine import findings
from nb2prod.rules.facts import Facts
from nb2prod.rules.model import Loaded
from nb2prod.workflows.asked import Asked
from nb2prod.workflows.checking_objects import NAMES, measure_here
from nb2prod.workflows.checking_objects import Measuring as Copied
from nb2prod.workflows.looking import document_of, facts_of, pages_of
from nb2prod.workflows.runtime_checks import runtime_checks

LOOK = 0.1
"""Seconds between two looks at how far the copy is."""
AFTER_THE_CELL = "begins when the cell that runs has ended"


def measured(loop: asyncio.AbstractEventLoop | None, namespace: Mapping[str, Any], asked: Asked) -> Generator[Step]:
    """Make the long checks of a notebook with the objects in ``namespace``, yielding after each step.

    ``loop`` is that of the kernel, in whose thread the process is copied; ``None`` where there is none.
    """
    waiting = tuple(LongCheck(name, _title(name)) for name in NAMES)
    yield Step(waiting)
    document = document_of(asked)
    facts, rules, _ = facts_of(document.content, document.path)
    _ = facts.flow  # here and not while the kernel is held up
    copied = yield from _copied(loop, lambda: measure_here(namespace, facts), waiting)
    before = None
    try:
        while not copied.done:
            seen = copied.look()
            if seen != before:
                yield _step(facts, rules, seen)
                before = seen
            else:
                time.sleep(LOOK)
                yield STILL
    finally:
        copied.close()


def _step(facts: Facts, chosen: Sequence[Loaded], measured: Any) -> Step:
    """Return how the checks stand, with what the rules say of what is measured so far."""
    rules = [each for each in chosen if each.rule.name in measured.measurements]
    found = tuple(findings(facts.with_measured(measured), rules))
    codes = {name: [each.rule.code for each in found if each.rule.name == name] for name in measured.measurements}
    checks = tuple(
        LongCheck(
            each.name, _title(each.name), State(each.state), each.why or ", ".join(dict.fromkeys(codes[each.name]))
        )
        for each in runtime_checks(measured, found)
    )
    return Step(checks, found, pages_of(found))


def _title(name: str) -> str:
    words = name.replace("-", " ")
    return words[:1].upper() + words[1:]


def _copied(
    loop: asyncio.AbstractEventLoop | None, copy: Callable[[], Copied], waiting: Sequence[LongCheck]
) -> Generator[Step, None, Copied]:
    """Have the process copied in the thread that runs the cells, once it runs none; here where there is no such thread.

    Raises what ``copy`` raises.
    """
    promised: Future[Copied] = Future()

    def do() -> None:
        if promised.set_running_or_notify_cancel():
            try:
                promised.set_result(copy())
            except Exception as error:
                promised.set_exception(error)

    if loop is None:
        do()
    else:
        loop.call_soon_threadsafe(do)
    try:
        while True:
            try:
                return promised.result(LOOK)
            except NotYet:
                yield Step(tuple(replace(each, why=AFTER_THE_CELL) for each in waiting))
    except GeneratorExit:
        if not promised.cancel():
            promised.result().close()
        raise
