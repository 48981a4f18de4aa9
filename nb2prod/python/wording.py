"""Refusals in the words of the command line go in; they come out in those of Python."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from nb2prod.errors import Nb2ProdError, Problem
from nb2prod.workflows.shown import problem_shown

_COMMAND = re.compile(r"(`nb2prod [^`]*`)")
"""What is to be typed into a terminal stays as it is."""
_WORDS = (
    (re.compile(r"^--([a-z]+)$"), r"\1"),
    (re.compile(r"^--([a-z]+) (\S+)$"), r"\1=\2"),
    (re.compile(r"--maximize or --minimize"), "maximize=True or maximize=False"),
    (re.compile(r"--maximize/--minimize"), "maximize"),
    (re.compile(r"-g (\w+)"), r"vary['\1']"),
    (re.compile(r"(?<![\w-])-g\b"), "vary"),
    (re.compile(r"(?<![\w-])-p\b"), "parameters"),
    (re.compile(r"--([a-z]+)-([a-z]+)"), r"--\1_\2"),
    (re.compile(r"--([a-z_]+)[ =](N|ID|FILE|NAME|SIZE)\b"), r"\1=\2"),
    (re.compile(r"--([a-z_]+)"), r"\1="),
)


def in_python(problem: Problem) -> Problem:
    """Return a problem as somebody who writes Python understands it, without secrets."""
    return problem_shown(Problem(*map(_in_python, (problem.what, problem.where, problem.remedy))))


@contextmanager
def words_of_python() -> Iterator[None]:
    """Have every refusal from within speak of arguments, and not of options."""
    try:
        yield
    except Nb2ProdError as error:
        reword(error, error.problems)
        raise


def reword(error: Nb2ProdError, problems: tuple[Problem, ...]) -> None:
    """Give an error other problems, and Python's words."""
    error.problems = tuple(map(in_python, problems))
    error.args = ("\n".join(map(str, error.problems)),)


def _in_python(text: str) -> str:
    parts = _COMMAND.split(text)
    for place in range(0, len(parts), 2):
        for pattern, words in _WORDS:
            parts[place] = pattern.sub(words, parts[place])
    return "".join(parts)
