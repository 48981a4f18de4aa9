"""What is left when somebody ends the process that runs a notebook: no kernel, and a file that tells the truth."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.runs.test_execute import ROOT, alive, wait_for

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")

RUN = """
import sys
from pathlib import Path
from nb2prod.notebook.read import read_notebook
from nb2prod.runs.execute import execute
{before}
try:
    execute(read_notebook(Path(sys.argv[1])), output=Path(sys.argv[2]))
except KeyboardInterrupt:
    sys.exit(130)
"""
EXITS = "import signal\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(143))"
GOES_ON = "import signal\nsignal.signal(signal.SIGTERM, lambda *_: None)"
WORKS = {
    "sleeps": "import time; time.sleep(300)",
    "computes": "while True: pass",
    "does not listen": "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
}


def statuses(file: Path) -> list[str]:
    """Return how an executed notebook says that its code cells ended."""
    cells = json.loads(file.read_bytes())["cells"]
    return [cell["metadata"]["papermill"]["status"] for cell in cells if cell["cell_type"] == "code"]


@pytest.mark.parametrize(
    ("number", "before", "work", "exit_code"),
    [
        (signal.SIGINT, "", "sleeps", 130),
        (signal.SIGINT, "", "does not listen", 130),
        (signal.SIGTERM, "", "computes", -signal.SIGTERM),
        (signal.SIGTERM, EXITS, "sleeps", 143),
        (signal.SIGTERM, GOES_ON, "sleeps", 143),
        (signal.SIGKILL, "", "sleeps", -signal.SIGKILL),
        (signal.SIGKILL, "", "computes", -signal.SIGKILL),
    ],
)
def test_the_parent_is_ended(
    make: Any, tmp_path: Path, number: signal.Signals, before: str, work: str, exit_code: int
) -> None:
    pids, file = tmp_path / "pids", tmp_path / "out.ipynb"
    child = "child = subprocess.Popen(['sleep', '300'])" if number != signal.SIGKILL else "child = None"
    source = (
        f"import os, subprocess\n{child}\nprint('before', flush=True)\n"
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid if child else os.getpid()}}\\n')\n{WORKS[work]}"
    )
    notebook = make("x = 1", source, "y = 1")
    process = subprocess.Popen(
        [sys.executable, "-c", RUN.format(before=before), str(notebook.path), str(file)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(lambda: pids.exists() and pids.read_text().endswith("\n"), 60)
    if number == signal.SIGKILL:  # nobody writes after it: the file is as far as it was, a moment behind the kernel
        wait_for(lambda: statuses(file)[:2] == ["completed", "running"], 60)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == exit_code, said
    assert said == ""
    for pid in map(int, pids.read_text().split()):
        wait_for(lambda pid=pid: not alive(pid))
    document = json.loads(file.read_bytes())
    cells = [cell for cell in document["cells"] if cell["cell_type"] == "code"]
    ended = "running" if number == signal.SIGKILL else "interrupted"
    assert statuses(file) == ["completed", ended, "pending"]
    assert document["metadata"]["papermill"]["status"] == ended
    if number != signal.SIGKILL:
        assert cells[1]["outputs"][0]["text"] == ["before\n"]
        assert cells[1]["outputs"][-1]["ename"] == "Interrupted"


def test_an_ignored_sigterm_stays_ignored(make: Any, tmp_path: Path) -> None:
    file = tmp_path / "out.ipynb"
    before = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)"
    notebook = make("import os, signal, time; os.kill(os.getppid(), signal.SIGTERM); time.sleep(1)")
    command = [sys.executable, "-c", RUN.format(before=before), str(notebook.path), str(file)]
    subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
    assert json.loads(file.read_bytes())["metadata"]["papermill"]["status"] == "succeeded"
