"""What can go wrong, as data: every refusal lists its problems and knows its exit code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """The process's answer; the table is in ``docs/cli.md``."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    NOTEBOOK_RAISED = 3
    KERNEL_DIED = 4
    TIMEOUT = 5
    UNUSABLE = 6
    BUG = 70
    INTERRUPTED = 130


@dataclass(frozen=True)
class Problem:
    """One reason for a refusal: what is wrong, where, and what to do about it."""

    what: str
    where: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f"\n    -> {self.remedy}" if self.remedy else ""
        return f"{place}{self.what}{advice}"

    def as_dict(self) -> dict[str, str]:
        """Return the problem as the JSON object that ``--json`` prints."""
        return asdict(self)


class Nb2ProdError(Exception):
    """A refusal that a user can act on; carries all problems at once, never just the first."""

    exit_code: ClassVar[ExitCode] = ExitCode.BUG

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UsageError(Nb2ProdError):
    """The command line or the configuration asks for something that is not there."""

    exit_code = ExitCode.USAGE


class UnusableInput(Nb2ProdError):
    """The notebook, its tags, its kernel or the target cannot be worked with."""

    exit_code = ExitCode.UNUSABLE


class OtherLanguage(UnusableInput):
    """The notebook is of another language than Python 3."""

    def __init__(self, language: str, problem: Problem) -> None:
        self.language = language
        super().__init__(problem)


class LedgerUnusable(UnusableInput):
    """The ledger of the runs cannot be read or written."""


class NothingRecorded(LedgerUnusable):
    """There is no ledger yet, or one that somebody is about to make."""


class RunFailed(Nb2ProdError):
    """A run did not come to its end."""

    exit_code = ExitCode.NOTEBOOK_RAISED

    def __init__(
        self,
        problems: Problem | Iterable[Problem],
        *,
        cell: int | None = None,
        name: str = "",
        message: str = "",
        traceback: str = "",
    ) -> None:
        super().__init__(problems)
        self.cell = cell
        """Index among the notebook's code cells of the one that ran, ``None`` where that was none of them."""
        self.name = name or type(self).__name__
        """What was raised: the exception's name in the kernel, or this class's own."""
        self.message = message or "\n".join(problem.what for problem in self.problems)
        self.traceback = traceback
        """The kernel's, without terminal colours; empty where there is none."""


class NotebookRaised(RunFailed):
    """A cell of the notebook raised."""

    exit_code = ExitCode.NOTEBOOK_RAISED


class Stopped(RunFailed):
    """The run was stopped early, at a value that it had reported."""


class KernelDied(RunFailed):
    """The kernel went away while the notebook ran."""

    exit_code = ExitCode.KERNEL_DIED


class OutOfMemory(KernelDied):
    """The kernel was ended because it took more memory than it may, or than there is."""


class TimedOut(RunFailed):
    """The notebook did not finish in the time allowed."""

    exit_code = ExitCode.TIMEOUT
