"""Checks that take long: one after the other in a thread, told of as they go, and stopped when somebody wants it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from nb2prod.errors import Nb2ProdError
from nb2prod.inline.model import LongCheck, State
from nb2prod.rules.model import Found
from nb2prod.workflows.asked import Asked

STOPPED = "stopped before it was done"
NO_TURN = "stopped before its turn"


@dataclass(frozen=True)
class Step:
    """What is known after a step: how the checks stand, and all that was found until now."""

    checks: tuple[LongCheck, ...]
    found: tuple[Found, ...] = ()
    pages: Mapping[str, str] = field(default_factory=dict)
    """The pages of the rules that found it, by their codes."""


STILL = Step(())
"""Nothing has changed; there only so that somebody may stop it."""
Measuring = Callable[[Asked], Generator[Step]]
"""Makes the checks of a notebook, yielding after each step; closed where it has to stop."""


class LongChecks:
    """At most one round of checks at a time."""

    def __init__(self, measuring: Measuring, tell: Callable[[], None]) -> None:
        """Take what makes the checks, and whom to tell that something has changed."""
        self._measuring = measuring
        self._tell = tell
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.checks: tuple[LongCheck, ...] = ()
        self.found: tuple[Found, ...] = ()
        self.pages: Mapping[str, str] = {}
        self.problem = ""

    @property
    def running(self) -> bool:
        """Whether checks are being made."""
        return self._thread is not None

    def start(self, asked: Asked) -> None:
        """Begin, unless it has begun already."""
        if self._thread is not None:
            return
        self._stop.clear()
        self.checks, self.found, self.pages, self.problem = (), (), {}, ""
        self._thread = threading.Thread(target=self._run, args=(asked,), name="nb2prod-long-checks", daemon=True)
        self._thread.start()
        self._tell()

    def cancel(self) -> None:
        """Have the round end; the check that is being made is given up."""
        self._stop.set()

    def wait(self, seconds: float) -> bool:
        """Wait until no checks are being made, and say whether that is so."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)
        return self._thread is None

    def _run(self, asked: Asked) -> None:
        steps = self._measuring(asked)
        try:
            for step in steps:
                if self._stop.is_set():
                    break
                if step is not STILL:
                    self.checks, self.found, self.pages = step.checks, step.found, step.pages
                    self._tell()
        except Exception as error:  # what is measured may be anybody's
            self.problem = _problem(error)
        finally:
            self._finish(steps)

    def _finish(self, steps: Generator[Step]) -> None:
        """Have the round over, whatever its end does: another one must be possible."""
        try:
            steps.close()
        except Exception as error:
            self.problem = self.problem or _problem(error)
        finally:
            self.checks = _ended(self.checks)
            self._thread = None
            self._tell()


def _problem(error: Exception) -> str:
    if isinstance(error, Nb2ProdError):
        return "; ".join(each.what for each in error.problems)
    return f"this is a bug of nb2prod: {type(error).__name__}: {error}"


def _ended(checks: Sequence[LongCheck]) -> tuple[LongCheck, ...]:
    """Return the checks with those that were not made as skipped."""
    whys = {State.WAITING: NO_TURN, State.RUNNING: STOPPED}
    return tuple(
        replace(each, state=State.SKIPPED, why=whys[each.state], share=None) if each.state in whys else each
        for each in checks
    )
