"""A step of training and how good the model is by then go in; a run that is not worth going on with ends here."""

from __future__ import annotations

import json
import operator
import os
from multiprocessing.connection import Client
from typing import SupportsFloat, SupportsIndex

VARIABLE = "NB2PROD_REPORTS"
"""The environment variable that says, in a kernel whose run may be stopped early, where somebody listens."""


class Pruned(BaseException):
    """The run is stopped early, because others were better by this step.

    It is no ``Exception``: training that catches those, and goes on with the next fold, would never be stopped.
    """


def report(step: int | SupportsIndex, value: SupportsFloat) -> None:
    """Say how good the model is behind a step of its training: the epoch, and the value of the sweep's metric by then.

    In a sweep that stops hopeless runs early (``nb2prod sweep --prune``) the run may end here, by :class:`Pruned`.
    Anywhere else, in an editor or in any other run, this does nothing. Steps are whole numbers from 0, each reported
    once. Raises ``TypeError`` and ``ValueError`` for a step or a value that is no number, and for a step that this run
    has reported before.
    """
    number, measured = operator.index(step), float(value)
    if number < 0:
        raise ValueError(f"a step is a whole number from 0, and not {number}")
    told = json.loads(os.environ.get(VARIABLE) or "{}")
    if told.get("process") == os.getpid():  # what the notebook starts inherits the variable, and is no run of its own
        _ask(told, number, measured)


def _ask(told: dict[str, str], step: int, value: float) -> None:
    """Wait for the answer, and do what it says; where nobody listens any more, go on."""
    address = told["socket"] if "socket" in told else ("127.0.0.1", int(told["port"]))
    try:
        with Client(address, authkey=bytes.fromhex(told["key"])) as listener:
            listener.send_bytes(json.dumps({"process": os.getpid(), "step": step, "value": value}).encode())
            answer = json.loads(listener.recv_bytes())
    except (OSError, EOFError):
        return
    if "wrong" in answer:
        raise ValueError(answer["wrong"])
    if answer["stop"]:
        raise Pruned(f"stopped early at step {step}, with {value:.6g}")
