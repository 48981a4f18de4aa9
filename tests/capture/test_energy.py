"""Energy is measured where codecarbon is there, and never in the way."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from nb2prod.capture.energy import energy


class Tracker:
    """Does what codecarbon's tracker does, as far as it is used."""

    def __init__(self, **settings: Any) -> None:
        assert settings["save_to_file"] is False

    def start(self) -> None:
        self.final_emissions_data = SimpleNamespace(energy_consumed=0.25)

    def stop(self) -> float:
        return 0.1


class Broken(Tracker):
    """A meter that cannot be read."""

    def stop(self) -> float:
        raise OSError("no")


@pytest.mark.parametrize(("tracker", "kwh"), [(Tracker, 0.25), (Broken, None), (None, None)])
def test_it_is_measured_where_it_can_be(tracker: Any, kwh: float | None, monkeypatch: pytest.MonkeyPatch) -> None:
    module = SimpleNamespace(OfflineEmissionsTracker=tracker) if tracker else None
    monkeypatch.setitem(sys.modules, "codecarbon", module)  # type: ignore[arg-type]  # None: it cannot be imported
    with energy() as found:
        pass
    assert found.kwh == kwh


def test_what_raises_still_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "codecarbon", SimpleNamespace(OfflineEmissionsTracker=Tracker))  # type: ignore[arg-type]
    with pytest.raises(KeyError), energy():
        raise KeyError
