"""A notebook as somebody has it goes in; what the static rules find in it comes out: here, or in a process of its own.

``serve`` is that process. It is asked by its standard input and answers by its standard output, in pickles, and ends
where nobody can ask it any more, or has not for long.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from nb2prod.errors import Nb2ProdError, Problem
from nb2prod.notebook.read import draft_of, read_document, upgraded
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine import findings, without_secrets
from nb2prod.rules.facts import Facts
from nb2prod.rules.model import Found, Loaded
from nb2prod.workflows.as_ran import Document, as_ran
from nb2prod.workflows.asked import OURS, Asked, Looked
from nb2prod.workflows.checking import Wanted, job_for
from nb2prod.workflows.reports.configuration import forget_configurations
from nb2prod.workflows.reports.report import rules_of, settings_of
from nb2prod.workflows.scoring import score_of_notebook
from nb2prod.workflows.shown import problem_shown

SECONDS = 2.0
"""Between two looks at whether whoever started the process is still there."""
LONGEST_IDLE = 600.0
"""Seconds without being asked after which the process ends: it takes memory, and starts anew when it is needed."""


def document_of(asked: Asked) -> Document:
    """Return the notebook as it ran. Raises ``UnusableInput`` where its file is none."""
    kept = asked.notebook
    if isinstance(kept, Path):
        content = read_document(kept)
        kept = Document(kept, content, kept.stat().st_mtime)
    return as_ran(kept, asked.ran, asked.own)


def looked_at(asked: Asked) -> Looked:
    """Return what the static rules find in a notebook by what is set at its place, as ``nb2prod check`` does."""
    try:
        document = document_of(asked)
        facts, rules, wrong = facts_of(document.content, document.path)
        found = (*wrong, *findings(facts, rules))
    except Nb2ProdError as error:
        return Looked(problems=tuple(map(problem_shown, error.problems)))
    except RecursionError:
        return Looked(problems=(Problem("is nested too deeply to be understood", remedy="split its expressions"),))
    notebook = facts.notebook
    cells = {each.index: each.id for each in notebook.cells}
    return Looked(found, cells, score_of_notebook(notebook), document.notes, pages_of(found))


def facts_of(content: Mapping[str, Any], path: Path) -> tuple[Facts, list[Loaded], list[Found]]:
    """Return the facts of a notebook, the rules for it, and what is wrong with what it sets, all by what is set there.

    Raises ``Nb2ProdError`` where it is no notebook, or what is set is wrong.
    """
    forget_configurations()
    document, job = upgraded(dict(content)), job_for(path, Wanted(asks=False))
    settings, wrong = settings_of(job, document)
    facts = Facts(draft_of(document, path), document, settings, asks=job.asks)
    told = [replace(each, finding=without_secrets(each.finding, facts.secrets)) for each in wrong]
    return facts, rules_of(job), told


def pages_of(found: Iterable[Found]) -> dict[str, str]:
    """Return the pages of the rules that found something, by their codes."""
    codes = {each.rule.code for each in found}
    return {each.rule.code: each.page for each in known_rules() if each.rule.code in codes}


class _Idle:
    """How long nobody has asked."""

    def __init__(self) -> None:
        self.since: float | None = time.monotonic()

    @property
    def seconds(self) -> float:
        since = self.since
        return 0.0 if since is None else time.monotonic() - since


def serve(ready: str) -> None:
    """Say ``ready``, in a line, and answer until nobody asks any more.

    ``(asked, environment)`` is answered by what ``looked_at`` returns, or by a text where it raises.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is meant for the kernel
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed is no answer
    known_rules()
    idle = _Idle()
    threading.Thread(target=_end_with, args=(os.getppid(), idle), daemon=True).start()
    answers.write(f"{ready}\n".encode())
    answers.flush()
    while True:
        try:
            asked, environment = pickle.load(questions)  # from whoever started us
        except EOFError:
            return
        idle.since = None
        for name in [each for each in os.environ if each.startswith(OURS)]:
            del os.environ[name]
        os.environ.update(environment)
        answers.write(_answer(asked))
        answers.flush()
        idle.since = time.monotonic()


def _answer(asked: Asked) -> bytes:
    """Return the pickle of what is found, or of why there is none, such as that a rule of somebody's cannot be sent."""
    try:
        return pickle.dumps(looked_at(asked))
    except Exception as error:  # a bug of ours is told of there
        return pickle.dumps(f"{type(error).__name__}: {error}")


def _end_with(parent: int, idle: _Idle) -> None:
    """End this process when nobody needs it, or the one that started it has ended, whoever else has its pipes."""
    while os.getppid() == parent and idle.seconds < LONGEST_IDLE:
        time.sleep(SECONDS)
    os._exit(0)
