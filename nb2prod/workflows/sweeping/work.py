"""One run of a sweep: claimed, done by itself or by a fork, recorded, and told of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from nb2prod.ledger.beating import Pulse, beating
from nb2prod.ledger.ledger import Ledger
from nb2prod.ledger.liveness import this_process
from nb2prod.ledger.model import Claim, Ended, SweepRecord
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.read import document_of, draft_of
from nb2prod.runs.execute import execute
from nb2prod.runs.model import Limits, Run
from nb2prod.workflows.model import Progress, Watch
from nb2prod.workflows.run import RunOptions, attempted
from nb2prod.workflows.sweeping.judging import Verdicts
from nb2prod.workflows.sweeping.orders import Order, Telling

LONGEST = 200
"""Characters of what a run died of, where it is told in one line."""


class Work:
    """What a worker needs for one run after the other."""

    def __init__(self, ledger: Ledger, order: Order, tell: Telling, verdicts: Verdicts) -> None:
        self.ledger, self.order, self.tell, self.verdicts = ledger, order, tell, verdicts
        self.sweep = ledger.sweep(order.sweep)
        self.notebook = notebook_of_sweep(self.sweep)
        self.limits = Limits(**self.sweep.options["limits"])

    def claimed(self, run: str | None = None) -> Claim | None:
        """Return the right to do a run, of those that are queued; ``None`` where there is none, or it is taken."""
        return self.ledger.claim(this_process(), sweep=self.order.sweep, run=run)

    def do(
        self,
        claim: Claim,
        how: Callable[..., Run] = execute,
        shared: Callable[[], str] = lambda: "",
    ) -> BaseException | None:
        """Do a run by ``how``, which is called as :func:`nb2prod.runs.execute.execute` is; return what ended it.

        ``shared`` is asked in the end what to record of the cells that it shared.
        """
        run = claim.run
        self.tell("begun", run=run.id, number=run.number)

        def watch(progress: Progress) -> None:
            if progress.cell is not None:
                at = {"cell": progress.cell - 1, "cells": progress.cells, "seconds": progress.seconds}
                self.tell("cell", run=run.id, number=run.number, **at)

        with beating(self.ledger, claim) as pulse:
            ended, error = self._attempted(claim, watch, pulse, how)
            ended = replace(ended, shared=shared() or f"nothing: {self.order.alone}")
            counted = self.ledger.end(claim, ended)
        self._tell_end(claim, ended, counted)
        return error

    def _attempted(
        self, claim: Claim, watch: Watch, pulse: Pulse, how: Callable[..., Run]
    ) -> tuple[Ended, BaseException | None]:
        options = self.options(claim)
        if not self.sweep.options.get("prune"):
            return attempted(self.notebook, claim, options, watch, pulse, how)
        with self.verdicts.judge_for(claim.run.id, self.tell) as judge:
            return attempted(self.notebook, claim, options, watch, pulse, how, judge)

    def options(self, claim: Claim) -> RunOptions:
        """Return what a run is asked for."""
        parameters = {name: claim.run.parameters[name] for name in claim.run.given}
        told = self.sweep.options
        evidence = bool(told.get("evidence"))
        return RunOptions(
            self.notebook.path, parameters, told["kernel"], self.limits, claim.run.tags, evidence=evidence
        )

    def _tell_end(self, claim: Claim, ended: Ended, counted: bool) -> None:
        if not counted:
            self.tell("gone", run=claim.run.id, what="it seemed lost, and somebody else has begun it again")
            return
        metrics: Mapping[str, float] = ended.metrics
        told = {"status": ended.status.value, "seconds": ended.seconds, "metrics": dict(metrics)}
        self.tell("ended", run=claim.run.id, number=claim.run.number, what=_why(ended), **told)


def _why(ended: Ended) -> str:
    """Return a line that says what ended a run, empty where it succeeded."""
    first = (ended.message or ended.why).strip().split("\n")[0][:LONGEST]
    name = "" if not ended.error_name or first.startswith(ended.error_name) else ended.error_name
    cell = f"cell [{ended.error_cell + 1}]" if ended.error_cell is not None else ""
    return ": ".join(each for each in (cell, name, first) if each)


def notebook_of_sweep(sweep: SweepRecord) -> Notebook:
    """Return the notebook that a sweep began with, whatever has become of its file."""
    path = Path(sweep.notebook)
    document = document_of(sweep.content, path)
    return replace(draft_of(document, path), document=document)
