"""A load as a process of its own, which shares nothing with what it asks; what came of it is one line of JSON."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from {{ cookiecutter.package }}.files import ROOT

from .load import Load

MOST_SECONDS = 3600


@contextmanager
def load(port: int, rate: float, said: dict[str, Any]) -> Iterator[None]:
    """Ask from such a process while the block runs; what came of it is put into ``said``."""
    command = [sys.executable, "-m", "tests.load_process", str(port), str(rate)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield
            said.update(json.loads(process.communicate(timeout=120)[0]))
        finally:
            process.kill()


def main() -> None:
    """Ask until standard input ends, as it does when whoever started this has ended, too."""
    parser = argparse.ArgumentParser(prog="python -m tests.load_process", description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("rate", type=float, help="requests a second")
    given = parser.parse_args()
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    last = threading.Timer(MOST_SECONDS, over.set)
    last.daemon = True
    last.start()
    asked, began = Load(given.port), time.monotonic()
    asked.run(given.rate, over)
    took, seconds = time.monotonic() - began, sorted(asked.seconds)
    shares = {"p50": 0.5, "p99": 0.99, "longest": 1.0}
    late = {name: round(1000 * seconds[int(share * (len(seconds) - 1))], 1) for name, share in shares.items()}
    print(json.dumps({"answers": asked.counts, "seconds": round(took, 1), "milliseconds": late}))


if __name__ == "__main__":
    main()
