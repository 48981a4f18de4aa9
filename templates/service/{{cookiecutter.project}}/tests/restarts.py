"""Two workers are replaced again and again while they are asked at a steady rate: nobody's request may be lost."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from tempfile import TemporaryDirectory
from typing import Any

from {{ cookiecutter.package }}.files import ROOT

from .load_process import load
from .process import Service, service, wait_for

WORKERS = 2
SECONDS = 600
"""How long a worker may take to be ready: the machine may have other things to do."""


def restarted(served: Service, times: int, rate: float) -> dict[str, Any]:
    """Return what was answered while the workers were replaced so often."""
    said: dict[str, Any] = {}
    with load(served.port, rate, said):
        for restart in range(1, times + 1):
            served.process.send_signal(signal.SIGHUP)
            wait_for(served.log, b"Ready after", WORKERS * (restart + 1), SECONDS)
            wait_for(served.log, b"Waiting for child process", WORKERS * restart, SECONDS)
            print(f"replaced {restart} of {times} times", file=sys.stderr, flush=True)
    return said


def main() -> int:
    """Say what was answered; end with 1 if it was anything but answers."""
    parser = argparse.ArgumentParser(prog="python -m tests.restarts", description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--rate", type=float, default=200, help="requests a second")
    given = parser.parse_args()
    log = ROOT / "var" / "restarts.log"
    log.parent.mkdir(exist_ok=True)
    with TemporaryDirectory() as var:
        settings = {"WORKERS": WORKERS, "START_SECONDS": SECONDS, "VAR_DIR": var}
        with service(log, **settings) as served:
            said = restarted(served, given.times, given.rate)
    print(json.dumps({**said, "ended": served.process.returncode}))
    failed = set(said["answers"]) != {"200"}
    if failed:
        print(f"Some requests were not answered; the service's log is {log.relative_to(ROOT)}.")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
