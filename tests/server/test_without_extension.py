"""A server whose JupyterLab would show nothing says so when it starts."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from nb2prod import server


@pytest.mark.parametrize("is_there", [True, False])
def test_the_log_says_what_is_missing(is_there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda name: [str(tmp_path / name)])
    monkeypatch.setattr("nb2prod.server.routes.add_routes", lambda app: None)
    if is_there:
        (tmp_path / "labextensions" / "nb2prod").mkdir(parents=True)
        (tmp_path / "labextensions" / "nb2prod" / "package.json").write_text("{}")
    server._load_jupyter_server_extension(SimpleNamespace(log=SimpleNamespace(warning=said.append)))
    assert said == ([] if is_there else [server.ONLY_PYTHON])
