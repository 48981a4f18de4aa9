"""How long the command line takes to start, beside the interpreter alone.

python benchmarks/startup.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

ROUNDS = 15
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "nb2prod --help": [sys.executable, "-m", "nb2prod", "--help"],
    "nb2prod --version": [sys.executable, "-m", "nb2prod", "--version"],
}


def seconds(command: list[str]) -> float:
    """Return the wall time of one run."""
    before = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    return time.perf_counter() - before


def main() -> None:
    """Time the commands in turn and print medians and ratios."""
    rows: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS):
        for name, command in COMMANDS.items():
            rows[name].append(seconds(command))
    base = statistics.median(rows["python -c pass"])
    for name, times in rows.items():
        median = statistics.median(times)
        print(f"{name:<20} median {median:.3f} s, {median / base:.1f} x the interpreter alone")


if __name__ == "__main__":
    main()
