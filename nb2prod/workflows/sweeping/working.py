"""An order goes in on stdin; a worker claims runs of a sweep, does them, and tells of each on stdout."""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType

from nb2prod.errors import Nb2ProdError
from nb2prod.ledger.ledger import Ledger
from nb2prod.notebook.load_nbformat import load_nbformat
from nb2prod.runs.temporary import belong_to
from nb2prod.workflows.sweeping.cores import stay_on
from nb2prod.workflows.sweeping.judging import Verdicts
from nb2prod.workflows.sweeping.orders import ENOUGH, Order, Telling
from nb2prod.workflows.sweeping.work import Work

TERMINATED = 143
LOOK = 0.2
"""Seconds between two looks for a run that has been queued meanwhile."""
ENOUGH_SAID = threading.Event()
STDIN = open(0, "rb", buffering=0, closefd=False)  # noqa: SIM115  (a buffer's lock would keep us from ending)
PATIENCE = 60.0
"""Seconds that a database which is gone is waited for when the worker starts."""


def main() -> int:
    """Do what is ordered; return 0 where nothing is left to do, 1 where the ledger cannot be used."""
    belong_to("".join(sys.argv[1:]))
    tell_to = os.dup(1)
    os.dup2(2, 1)  # whatever libraries print is not for whoever listens to us
    if hasattr(signal, "pthread_sigmask"):  # whoever started us may keep signals from himself, and we inherit that
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGTERM))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _leave)
    order = Order.of(STDIN.readline())
    verdicts = Verdicts()
    threading.Thread(target=_hear_whoever_started_us, args=(verdicts,), daemon=True).start()
    stay_on(order.cores)
    tell = Telling(order.worker, tell_to)
    try:
        with Ledger(order.place, patience=PATIENCE) as ledger:
            work = Work(ledger, order, tell, verdicts)
            if order.slots:
                load_nbformat()  # at first, and it is loaded in a tenth of the time
                from nb2prod.workflows.sweeping.sharing_work import do_sharing

                do_sharing(work)
            else:
                _do_all(work)
    except (KeyboardInterrupt, SystemExit):
        return TERMINATED
    except Nb2ProdError as error:
        tell("failed", what="; ".join(problem.what for problem in error.problems))
        return 1
    return 0


def _do_all(work: Work) -> None:
    """Do one run after the other until none is queued."""
    while True:
        enough = not work.order.patient or ENOUGH_SAID.is_set()  # asked first: what was queued before is seen below
        claim = work.claimed()
        if claim is None and enough:
            return
        if claim is None:
            ENOUGH_SAID.wait(LOOK)
            continue
        error = work.do(claim)
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise error


def _leave(_: int, __: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit(TERMINATED)


def _hear_whoever_started_us(verdicts: Verdicts) -> None:
    """Hear what is said; end what runs when the sweep's own process is gone: nobody is to compute on unseen."""
    while line := STDIN.readline():
        if line == ENOUGH:
            ENOUGH_SAID.set()
        else:
            verdicts.hear(line)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    raise SystemExit(main())
