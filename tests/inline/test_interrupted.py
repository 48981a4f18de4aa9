"""A view whose first look is interrupted leaves nothing behind that goes on looking."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from nb2prod.inline.checking import Source
from nb2prod.inline.widget import Readiness


class Events:
    """What a shell tells of, and whom."""

    def __init__(self) -> None:
        self.callbacks: dict[str, list[Any]] = {"post_run_cell": []}

    def register(self, name: str, told: Any) -> None:
        self.callbacks[name].append(told)

    def unregister(self, name: str, told: Any) -> None:
        self.callbacks[name].remove(told)


class Shell:
    """As much of a kernel's shell as is asked."""

    def __init__(self) -> None:
        self.events = Events()
        self.history_manager = SimpleNamespace(input_hist_raw=["", "readiness()"])


def test_it_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(source: Source) -> None:
        raise KeyboardInterrupt

    ended: list[Readiness] = []
    close = Readiness.close
    monkeypatch.setattr(Source, "notebook", interrupted)
    monkeypatch.setattr(Readiness, "close", lambda self: (ended.append(self), close(self)))
    shell = Shell()
    with pytest.raises(KeyboardInterrupt):
        Readiness(Source(Path("n.ipynb"), {}), lambda asked: iter(()), shell)  # type: ignore[arg-type, return-value]
    assert shell.events.callbacks["post_run_cell"] == []
    (view,) = ended
    assert view.comm is None
