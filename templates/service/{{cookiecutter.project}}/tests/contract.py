"""Requests made from ``/openapi.json``, by schemathesis: each must be answered as is documented there."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from {{ cookiecutter.package }}.files import ROOT

from .process import service

PATIENT = {"EXPLAIN_SECONDS": 60, "EXPLAIN_ASKS": 200, "ANSWER_SECONDS": 600}
"""Settings under which nothing is refused because there was no time."""
LEFT_OUT = ["positive_data_acceptance"]
"""What a schema allows may still be something that the model cannot answer, and it gets 422."""


def main() -> int:
    """Run the service as a process, and schemathesis against it."""
    parser = argparse.ArgumentParser(prog="python -m tests.contract", description=__doc__)
    parser.add_argument("schemathesis", type=Path, help="the command, in its own environment")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--examples", type=int, default=20, help="for each operation, before they are repeated")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    log = ROOT / "var" / "contract.log"
    log.parent.mkdir(exist_ok=True)
    options = {
        "--phases": "examples,coverage,fuzzing",
        "--exclude-checks": ",".join(LEFT_OUT),
        "--max-time": given.seconds,
        "--max-examples": given.examples,
        "--seed": given.seed,
        "--generation-database": "none",
        "--suppress-health-check": "all",
    }
    words = [str(word) for option in options.items() for word in option]
    with TemporaryDirectory() as folder, service(log, VAR_DIR=folder, **PATIENT) as served:
        url = f"http://127.0.0.1:{served.port}/openapi.json"
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        environment["SCHEMATHESIS_HOOKS"] = str(Path(__file__).with_name("contract_hooks.py"))
        command = [given.schemathesis.absolute(), "run", url, *words]
        return subprocess.run(command, cwd=folder, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
