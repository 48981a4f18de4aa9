"""What a repository's own commands say: its tests, its hostile corpus, its restarts under load."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from tests.examples.example import Example, How


def set_up(example: Example, how: How) -> str:
    """Make the environment as the README says."""
    example.make("setup")
    done = example.run("-m", "pip", "list", "--format", "freeze")
    return f"{len(done.stdout.split())} distributions"


def own_tests(example: Example, how: How) -> str:
    """Run `make test`; git has to find nothing changed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        example.make("test", PYTEST_ADDOPTS=f"--junitxml={report}")
        cases = list(ElementTree.parse(report).iter("testcase"))
    left_out = [found for each in cases if (found := each.find("skipped")) is not None]
    hostile = [each for each in cases if "hostile" in each.attrib["name"]]
    drift = [each for each in cases if "test_drift" in each.attrib["classname"]]
    command = ["git", "status", "--porcelain"]
    changed = subprocess.run(command, cwd=example.repository, capture_output=True, text=True, check=True).stdout
    assert not changed, f"`make test` has changed {changed}"
    passed = f"{len(cases) - len(left_out)} passed, {len(hostile)} of them hostile bodies and {len(drift)} of drift"
    reasons = sorted({each.attrib.get("message", "") for each in left_out})
    return f"{passed}, {len(left_out)} skipped{': ' if reasons else ''}{'; '.join(reasons)}"


def hostile(example: Example, how: How) -> str:
    """Send changed bodies to the service as a process: each is answered or refused."""
    said = example.run("-m", "tests.fuzz", "--bodies", str(how.bodies)).stdout
    counts = {int(status): int(count.replace(",", "")) for count, status in re.findall(r"([\d,]+) x (\d+)", said)}
    assert sum(counts.values()) >= how.bodies and set(counts) <= {200, 400, 422}, said
    return f"{sum(counts.values()):,} bodies: " + ", ".join(f"{count:,} x {status}" for status, count in counts.items())


def restarts(example: Example, how: How) -> str:
    """Replace two workers again and again under load: no request may be lost."""
    asked = ("-m", "tests.restarts", "--times", str(how.restarts), "--rate", str(how.rate))
    said = json.loads(example.run(*asked).stdout.splitlines()[-1])
    assert set(said["answers"]) == {"200"} and said["ended"] == 0, said
    rate = said["answers"]["200"] / said["seconds"]
    assert rate > 0.9 * how.rate, f"only {rate:.0f} requests a second were sent"
    longest = said["milliseconds"]["longest"]
    return f"{said['answers']['200']:,} answers, 0 failures in {how.restarts} restarts, longest {longest:.0f} ms"
