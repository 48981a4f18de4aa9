"""An unchanged notebook gets an unchanged answer, whatever the order of sets is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.analysis.suggest.test_kinds import KINDS
from tests.notebook.making import code, write

ROOT = Path(__file__).parents[3]


def test_no_order_of_sets_shows(tmp_path: Path) -> None:
    paths = []
    for number, kind in enumerate(list(KINDS)[:12]):
        folder = tmp_path / str(number)
        folder.mkdir()
        paths.append(str(write(folder, *(code(source) for source in KINDS[kind][-1]))))
    program = (
        "import sys\n"
        "from nb2prod.cli import main\n"
        "for path in sys.argv[1:]:\n"
        "    try:\n"
        "        main(['sections', path, '--suggest', '--json'])\n"
        "    except SystemExit as ended:\n"
        "        assert not ended.code\n"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program, *paths],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2", "3")
    }
    assert len(answers) == 1
