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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nb2prod.errors import Nb2ProdError, Problem
from nb2prod.notebook.read import draft_of, read_document, upgraded
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine import findings
from nb2prod.rules.facts import Facts
from nb2prod.rules.model import Found, Loaded
from nb2prod.workflows.as_ran import Document, Ran, as_ran
from nb2prod.workflows.checking import Wanted, job_for
from nb2prod.workflows.reports.configuration import forget_configurations
from nb2prod.workflows.reports.report import rules_of, settings_of
from nb2prod.workflows.scoring import score_of_notebook

OURS = "NB2PROD_"
"""How the variables of the environment begin that are for nb2prod."""
SECONDS = 2.0
"""Between two looks at whether whoever started the process is still there."""


@dataclass(frozen=True)
class Asked:
    """Which notebook to look at, and what ran of it in a kernel."""

    notebook: Path | Document
    """Where it is saved, or itself, where it is in no file."""
    ran: tuple[Ran, ...] = ()
    own: frozenset[int | None] = frozenset()
    """The numbers of the inputs that asked for this."""

    @property
    def path(self) -> Path:
        """Where it is, or would be, saved."""
        return self.notebook if isinstance(self.notebook, Path) else self.notebook.path

    def document(self) -> Document:
        """Return the notebook as it ran. Raises ``UnusableInput`` where the file is none."""
        kept = self.notebook
        if isinstance(kept, Path):
            content = read_document(kept)
            kept = Document(kept, content, kept.stat().st_mtime)
        return as_ran(kept, self.ran, self.own)


@dataclass(frozen=True)
class Looked:
    """What was found, as plain data."""

    found: tuple[Found, ...] = ()
    cells: Mapping[int, str] = field(default_factory=dict)
    """The ids of the cells, by their indices."""
    score: Mapping[str, Any] | None = None
    """As ``nb2prod.score.as_data.score_of`` has it."""
    notes: tuple[str, ...] = ()
    """Where what ran in the kernel is something else."""
    pages: Mapping[str, str] = field(default_factory=dict)
    """The pages of the rules that found something, by their codes."""
    problems: tuple[Problem, ...] = ()
    """Why nothing could be checked."""


def looked_at(asked: Asked) -> Looked:
    """Return what the static rules find in a notebook by what is set at its place, as ``nb2prod check`` does."""
    try:
        document = asked.document()
        facts, rules, wrong = facts_of(document.content, document.path)
        found = (*wrong, *findings(facts, rules))
    except Nb2ProdError as error:
        return Looked(problems=error.problems)
    except RecursionError:
        return Looked(problems=(Problem("is nested too deeply to be understood", remedy="split its expressions"),))
    notebook = facts.notebook
    cells = {each.index: each.id for each in notebook.cells}
    return Looked(found, cells, score_of_notebook(notebook), document.notes, pages_of(found))


def pages_of(found: Iterable[Found]) -> dict[str, str]:
    """Return the pages of the rules that found something, by their codes."""
    codes = {each.rule.code for each in found}
    return {each.rule.code: each.page for each in known_rules() if each.rule.code in codes}


def facts_of(content: Mapping[str, Any], path: Path) -> tuple[Facts, list[Loaded], list[Found]]:
    """Return the facts of a notebook, the rules for it, and what is wrong with what it sets, all by what is set there.

    Raises ``Nb2ProdError`` where it is no notebook, or what is set is wrong.
    """
    forget_configurations()
    document, job = upgraded(dict(content)), job_for(path, Wanted(asks=False))
    settings, wrong = settings_of(job, document)
    return Facts(draft_of(document, path), document, settings, asks=job.asks), rules_of(job), wrong


def serve() -> None:
    """Answer until nobody asks any more: ``(asked, environment)`` to what ``looked_at`` returns or raises."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is meant for the kernel
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed is no answer
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    while True:
        try:
            asked, environment = pickle.load(questions)  # from whoever started us
        except EOFError:
            return
        for name in [each for each in os.environ if each.startswith(OURS)]:
            del os.environ[name]
        os.environ.update(environment)
        answer: Looked | str
        try:
            answer = looked_at(asked)
        except Exception as error:  # a bug of ours is told of there
            answer = f"{type(error).__name__}: {error}"
        pickle.dump(answer, answers)
        answers.flush()


def _end_with(parent: int) -> None:
    """End this process when the one that started it has ended, whoever else has inherited its pipes."""
    while os.getppid() == parent:
        time.sleep(SECONDS)
    os._exit(0)
