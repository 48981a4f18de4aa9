"""An export that is dear to make and looked at by several tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.making import PLAIN, exported, nb2prod, write_notebook
from tests.shared import once


@pytest.fixture(scope="session")
def plain_export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``n.ipynb``, its proven export ``out``, ``stdout`` and ``stderr``; not to be changed."""

    def make(folder: Path) -> None:
        write_notebook(folder / "n.ipynb", PLAIN)
        asked = ("export", "n.ipynb", "out", "--json", "--name", "iris")
        done = nb2prod(*asked, cwd=folder, env={"PYTHONHASHSEED": "1"})
        exported(done)
        (folder / "stdout").write_text(done.stdout)
        (folder / "stderr").write_text(done.stderr)

    return once(tmp_path_factory, "plain-export", make)
