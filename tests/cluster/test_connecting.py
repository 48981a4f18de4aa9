"""Ray of our own is tried again where the machine is too busy for it, and nothing is left of what did not come up."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from nb2prod.cluster import connecting
from nb2prod.cluster.folders import private_folder
from nb2prod.errors import UsageError


class Busy:
    """Stands in for Ray: starts a process that names its folder, and then is too slow a number of times."""

    def __init__(self, times: int, why: str = "The current node timed out during startup.") -> None:
        self.times, self.why = times, why
        self.started: list[subprocess.Popen[bytes]] = []

    def init(self, *, _temp_dir: str, **_: Any) -> None:
        self.started.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)", _temp_dir]))
        if len(self.started) <= self.times:
            raise Exception(self.why)

    def shutdown(self) -> None:
        pass


@pytest.mark.parametrize("times", range(3))
def test_it_is_tried_again(times: int) -> None:
    ray = Busy(times)
    with private_folder() as folder:
        connecting._start(ray, folder, 1)
        assert [process.poll() is None for process in ray.started] == [False] * times + [True]
    assert all(process.poll() is not None for process in ray.started)


def test_it_is_given_up() -> None:
    ray = Busy(99)
    with private_folder() as folder, pytest.raises(UsageError, match="timed out during startup"):
        connecting._start(ray, folder, 1)
    assert len(ray.started) == connecting.TRIES
    assert all(process.poll() is not None for process in ray.started)


def test_what_will_not_get_better_is_not_tried_again() -> None:
    ray = Busy(99, "no space left")
    with private_folder() as folder, pytest.raises(UsageError, match="no space left"):
        connecting._start(ray, folder, 1)
    assert len(ray.started) == 1
    assert ray.started[0].poll() is not None
