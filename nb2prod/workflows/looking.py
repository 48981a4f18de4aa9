"""A notebook as somebody has it goes in; what the static rules find in it comes out: here, or in a process of its own.

``serve`` is that process. It is asked by its standard input and answers by its standard output, in pickles, and ends
where nobody can ask it any more.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nb2prod.errors import Nb2ProdError, Problem
from nb2prod.notebook.read import draft_of, upgraded
from nb2prod.rules.engine import findings
from nb2prod.rules.facts import Facts
from nb2prod.rules.model import Found, Loaded
from nb2prod.workflows.checking import Wanted, job_for
from nb2prod.workflows.reports.configuration import forget_configurations
from nb2prod.workflows.reports.report import rules_of, settings_of
from nb2prod.workflows.scoring import score_of_notebook
from nb2prod.workflows.shown import problem_shown

OURS = "NB2PROD_"
"""How the variables of the environment begin that are for nb2prod."""
SECONDS = 2.0
"""Between two looks at whether whoever started the process is still there."""


@dataclass(frozen=True)
class Looked:
    """What was found, as plain data."""

    found: tuple[Found, ...] = ()
    cells: Mapping[int, str] = field(default_factory=dict)
    """The ids of the cells, by their indices."""
    score: Mapping[str, Any] | None = None
    """As ``nb2prod.score.as_data.score_of`` has it."""
    problems: tuple[Problem, ...] = ()
    """Why nothing could be checked."""


def looked_at(content: Mapping[str, Any], path: Path) -> Looked:
    """Return what the static rules find in a notebook by what is set at its place, as ``nb2prod check`` does."""
    try:
        facts, rules, wrong = facts_of(content, path)
        found = (*wrong, *findings(facts, rules))
    except Nb2ProdError as error:
        return Looked(problems=tuple(map(problem_shown, error.problems)))
    except RecursionError:
        return Looked(problems=(Problem("is nested too deeply to be understood", remedy="split its expressions"),))
    notebook = facts.notebook
    return Looked(found, {each.index: each.id for each in notebook.cells}, score_of_notebook(notebook))


def facts_of(content: Mapping[str, Any], path: Path) -> tuple[Facts, list[Loaded], list[Found]]:
    """Return the facts of a notebook, the rules for it, and what is wrong with what it sets, all by what is set there.

    Raises ``Nb2ProdError`` where it is no notebook, or what is set is wrong.
    """
    forget_configurations()
    document, job = upgraded(dict(content)), job_for(path, Wanted(asks=False))
    settings, wrong = settings_of(job, document)
    return Facts(draft_of(document, path), document, settings, asks=job.asks), rules_of(job), wrong


def serve() -> None:
    """Answer until nobody asks any more: ``(content, path, environment)`` to what ``looked_at`` returns or raises."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is meant for the kernel
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed is no answer
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    while True:
        try:
            content, path, environment = pickle.load(asked)  # from whoever started us
        except EOFError:
            return
        for name in [each for each in os.environ if each.startswith(OURS)]:
            del os.environ[name]
        os.environ.update(environment)
        answer: Looked | str
        try:
            answer = looked_at(content, Path(path))
        except Exception as error:  # a bug of ours is told of there
            answer = f"{type(error).__name__}: {error}"
        pickle.dump(answer, answers)
        answers.flush()


def _end_with(parent: int) -> None:
    """End this process when the one that started it has ended, whoever else has inherited its pipes."""
    while os.getppid() == parent:
        time.sleep(SECONDS)
    os._exit(0)
