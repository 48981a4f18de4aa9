from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nb2prod.environment.process import run

LEAVES_A_CHILD = """\
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep({seconds})
"""


def _wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        status = Path(f"/proc/{pid}/stat")  # an orphan that nobody has reaped yet is as good as gone
        if status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return
        time.sleep(0.05)
    pytest.fail(f"process {pid} is still running")


def test_words_and_exit_code_come_back(tmp_path: Path) -> None:
    done = run([sys.executable, "-c", "import sys; print('out'); sys.exit('no such column')"], cwd=tmp_path)
    assert (done.code, done.stdout, done.ok) == (1, "out\n", False)
    assert done.complaint() == "no such column"


def test_a_process_that_says_nothing_is_known_by_its_signal(tmp_path: Path) -> None:
    done = run([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"], cwd=tmp_path)
    assert done.complaint() == "ended with signal SIGKILL and said nothing"


def test_only_the_end_of_a_flood_is_kept(tmp_path: Path) -> None:
    done = run([sys.executable, "-c", "for i in range(200_000): print('line', i)"], cwd=tmp_path)
    assert done.ok and done.stdout.endswith("line 199999\n") and len(done.stdout) <= 1_000_000


def test_a_process_that_takes_too_long_is_ended_with_all_its_children(tmp_path: Path) -> None:
    done = run([sys.executable, "-c", LEAVES_A_CHILD.format(seconds=600)], cwd=tmp_path, timeout=1.5)
    assert done.timed_out and not done.ok and "not finished after" in done.complaint()
    _wait_until_gone(int(done.stdout))


def test_what_a_process_leaves_running_is_ended(tmp_path: Path) -> None:
    done = run([sys.executable, "-c", LEAVES_A_CHILD.format(seconds=0)], cwd=tmp_path, timeout=30)
    assert done.ok
    _wait_until_gone(int(done.stdout))


INTERRUPTED = """\
import sys
from pathlib import Path
from nb2prod.environment.process import run
folder = Path(sys.argv[1])
run([sys.executable, "-c", sys.argv[2]], cwd=folder)
"""


def test_an_interrupt_ends_the_children(tmp_path: Path) -> None:
    inner = LEAVES_A_CHILD.format(seconds=600)
    inner = inner.replace("print(child.pid, flush=True)", "open('pid', 'w').write(f'{child.pid}.')")
    command = [sys.executable, "-c", INTERRUPTED, str(tmp_path), inner]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    process = subprocess.Popen(command, env=env, stderr=subprocess.PIPE)
    pid = tmp_path / "pid"
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not (pid.exists() and pid.read_text().endswith(".")):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert b"KeyboardInterrupt" in said
    _wait_until_gone(int(pid.read_text().rstrip(".")))


def test_what_it_takes_of_the_processors_is_not_what_it_takes_of_the_day(tmp_path: Path) -> None:
    waiting = run([sys.executable, "-S", "-c", "import time; time.sleep(1)"], cwd=tmp_path)
    busy = run([sys.executable, "-S", "-c", "import time\nwhile time.process_time() < 1: pass"], cwd=tmp_path)
    assert waiting.processor_seconds < waiting.seconds
    assert waiting.processor_seconds < busy.processor_seconds > 0.9  # clocks differ in their last digits
