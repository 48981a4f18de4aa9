"""One record is answered within its budget of time, and the process within its budget of memory."""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time

import pytest

from {{ cookiecutter.package }}.model import Model

from ..parity import REQUESTS

pytestmark = pytest.mark.quality

MILLISECONDS = float(os.environ.get("LATENCY_BUDGET_MS", "1000"))
MEGABYTES = float(os.environ.get("MEMORY_BUDGET_MB", "4096"))
TIMES = 21


def test_one_record_is_within_its_budget() -> None:
    model = Model.load()
    model.predict(REQUESTS[:1])
    taken = []
    for number in range(TIMES):
        began = time.perf_counter()
        model.predict([REQUESTS[number % len(REQUESTS)]])
        taken.append(1000 * (time.perf_counter() - began))
    unit = 1 if sys.platform == "darwin" else 1024
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    print(f"one record: {statistics.median(taken):.1f} ms in the median; memory: {memory:.0f} MB at most")
    assert statistics.median(taken) <= MILLISECONDS
    assert memory <= MEGABYTES
