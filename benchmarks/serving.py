"""Exported services and their peers under load: folder and cases in, tables and ratios out.

Each case is a notebook that `nb2prod export` makes a repository of. The repository's own service, servers that serve
the same notebook's code with the same fitted model, and a bare ASGI echo are started in turn, each in an environment of
its own; every one has to give the notebook's answers, alone and under load. The order is another one in each round.
What is made is kept in the folder, so that rounds can be repeated. Nothing else should run on the machine meanwhile.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import signal
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any, NoReturn

import psutil
import serving_table
from serving_cases import CASES, Repository, exported
from serving_running import BATCH, Unfit, free_ports, running
from serving_sides import ECHO, PEERS, SERVICE, Environment, Place, Refused, Side, environment, model_pins

CLIENTS = (1, 16, 64)
SIDES = {SERVICE.name: SERVICE, **PEERS, ECHO.name: ECHO}


class Case:
    """One notebook's repository, its sides, and what was seen of them."""

    def __init__(self, name: str, repository: Repository, folder: Path, workers: int = 1) -> None:
        self.name = name
        self.repository = repository
        self.folder = folder
        self.workers = workers
        self.environments: dict[str, Environment] = {}
        self.rounds: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.absent: dict[str, str] = {}

    def prepare(self, peers: list[str]) -> None:
        """Make the environments; a peer that cannot be installed is absent, with the reason."""
        self.environments[SERVICE.name] = environment(SERVICE, self.repository, self.folder, [])
        model = model_pins(self.environments[SERVICE.name].python, self.repository)
        for side in (ECHO, *(PEERS[name] for name in peers)):
            try:
                self.environments[side.name] = environment(side, self.repository, self.folder, model)
            except Refused as error:
                self.absent[side.name] = f"does not install with {', '.join(model)}: {error}"

    def measure(self, side: Side, seconds: float) -> None:
        """Start a side, check its answers, load it, and remember what was seen; or why it could not be measured."""
        work = self.folder / "work" / f"{self.name}-{side.name}"
        python = self.environments[side.name].python
        place = Place(self.repository, python, work.absolute(), free_ports(3), self.workers)
        try:
            with running(side, place) as started:
                seen: dict[str, Any] = {"start_seconds": started.start_seconds, "checked": started.check()}
                seen["loads"] = {str(clients): started.load(clients, seconds) for clients in CLIENTS}
                seen["rows_per_second"] = 1000 * BATCH / started.load(1, seconds, BATCH)["p50_ms"]
                seen["megabytes"] = started.megabytes()
        except (Unfit, Refused) as error:
            self.absent[side.name] = str(error)
            say(f"{self.name}, {side.name}: {error}")
            return
        self.rounds[side.name].append(seen)
        rates = " / ".join(f"{load['per_second']:.0f}" for load in seen["loads"].values())
        say(f"{self.name}, {side.name}: {rates} requests a second, {seen['checked']} answers checked one by one")

    def report(self) -> dict[str, Any]:
        """Print the tables; return them as data."""
        facts: dict[str, Any] = {
            name: {"versions": made.versions, "megabytes": made.megabytes} for name, made in self.environments.items()
        } | {"batch": {"rows": BATCH}}
        whole = {name: rounds for name, rounds in self.rounds.items() if name not in self.absent}
        ordered = {name: whole[name] for name in (SERVICE.name, *PEERS, ECHO.name) if name in whole}
        print(f"\n## {self.name}\n")
        print("\n".join(serving_table.table(ordered, self.absent, facts)))
        print("\n".join(["", *serving_table.ratios(ordered, SERVICE.name, ECHO.name)]), flush=True)
        return {"rounds": self.rounds, "absent": self.absent, "facts": facts}


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="where repositories and environments are kept")
    parser.add_argument("--cases", default=",".join(CASES), help="of " + ", ".join(CASES))
    parser.add_argument("--peers", default=",".join(PEERS), help="of " + ", ".join(PEERS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each load")
    parser.add_argument(
        "--workers", type=int, default=1, help="processes that answer, of whatever has a setting for that"
    )
    parser.add_argument("--quick", action="store_true", help="one round, loads of 2 s: for development")
    parser.add_argument("--repository", action="append", default=[], metavar="CASE=FOLDER", help="exported already")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was seen in every round")
    found = parser.parse_args()
    found.cases, found.peers = found.cases.split(","), [name for name in found.peers.split(",") if name]
    found.repository = dict(each.split("=", 1) for each in found.repository)
    unknown = [name for name in found.cases if name not in CASES] + [name for name in found.peers if name not in PEERS]
    if unknown:
        parser.error(f"there is no {', '.join(unknown)}")
    if found.quick:
        found.rounds, found.seconds = 1, 2.0
    return found


def ended(*_: object) -> NoReturn:
    """End as Ctrl-C does, so that everything that was started is ended."""
    raise SystemExit(143)


def main() -> int:
    given = arguments()
    signal.signal(signal.SIGTERM, ended)
    order, report = random.Random(1), {}
    machine = f"{psutil.cpu_count()} processors, load {psutil.getloadavg()[0]:.1f}"
    print(f"Python {platform.python_version()}, {machine}, {given.workers} workers")
    for name in given.cases:
        made = given.repository.get(name)
        repository = Repository(Path(made)) if made else exported(name, given.folder)
        case = Case(name, repository, given.folder, given.workers)
        case.prepare(given.peers)
        for _ in range(given.rounds):
            for side in order.sample(list(case.environments), len(case.environments)):
                if side not in case.absent:
                    case.measure(SIDES[side], given.seconds)
        report[name] = case.report()
        if given.json:
            given.json.write_text(json.dumps(report, indent=1), "utf-8")
    absent = [reason for each in report.values() for reason in each["absent"].values()]
    return 1 if any(reason.startswith("wrong") for reason in absent) else 0


if __name__ == "__main__":
    raise SystemExit(main())
