"""Thousands of good bodies, changed somewhere, are sent to the service; those that it does not handle are kept."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory

import msgspec

from {{ cookiecutter.package }}.files import ROOT

from .fuzz_bodies import bodies, keep
from .process import service
from .raw import Said, connected, head, told

ENOUGH = 20
"""After so many there is no use in going on."""


@dataclass
class Outcome:
    """What became of the bodies."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: dict[bytes, str] = field(default_factory=dict)
    """Bodies that were neither answered nor refused, to what was done instead."""


def send(port: int, sent: Iterable[bytes], every: int = sys.maxsize) -> Outcome:
    """Send bodies one after the other, and say how far it has come after so many."""
    outcome = Outcome()
    connection = connected(port)
    for number, body in enumerate(sent, 1):
        try:
            connection.sendall(head(len(body)) + body)
            answer = told(connection)[0]
            outcome.statuses[answer.status] += 1
            fault = fault_of(answer)
        except (OSError, IndexError, ValueError, TypeError) as error:  # no answer, or no HTTP
            fault = f"no answer that can be read: {type(error).__name__}"
            connection.close()
            connection = connected(port)
        if fault:
            outcome.faults[body] = fault
        if number % every == 0:
            print(f"{number:,} bodies: {said(outcome)}", file=sys.stderr, flush=True)
        if len(outcome.faults) == ENOUGH:
            break
    connection.close()
    return outcome


def fault_of(answer: Said) -> str | None:
    """Say in what it is no answer that the service promises, if so."""
    if answer.status not in (200, 400, 422):
        return f"status {answer.status}"
    if answer.content_type != ("application/json" if answer.status == 200 else "application/problem+json"):
        return f"status {answer.status} with the content type {answer.content_type}"
    try:
        msgspec.json.decode(answer.body)
    except msgspec.DecodeError as error:
        return f"status {answer.status}, and its body is no JSON: {error}"
    return None


def said(outcome: Outcome) -> str:
    """Say how many were answered how."""
    counts = ", ".join(f"{count:,} x {status}" for status, count in sorted(outcome.statuses.items()))
    return f"{counts}; {len(outcome.faults)} not handled"


def main() -> int:
    """Run the service as a process, send, say what came of it, and keep what it did not handle."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--bodies", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    log = ROOT / "var" / "fuzz.log"
    log.parent.mkdir(exist_ok=True)
    began = time.monotonic()
    with TemporaryDirectory() as var, service(log, VAR_DIR=var) as served:
        outcome = send(served.port, bodies(given.bodies, given.seed), every=max(1, given.bodies // 10))
    print(f"Seed {given.seed}, {time.monotonic() - began:.0f} seconds: {said(outcome)}.")
    for path, fault in zip(keep(outcome.faults), outcome.faults.values(), strict=True):
        print(f"{path.relative_to(ROOT)}: {fault}")
    if outcome.faults:
        print(f"The service's log is {log.relative_to(ROOT)}; `make test` sends the kept bodies again.")
    return bool(outcome.faults)


if __name__ == "__main__":
    sys.exit(main())
