"""What holds for every test: no variables of the user's leak in, and skips say why."""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.disks import closed_folder, small_disk  # noqa: F401  (fixtures for all)
from tests.kernels import kernels  # noqa: F401  (a fixture for all)

pytest_plugins = ("pytest_jupyter.jupyter_server",)

settings.register_profile("busy machine", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")  # which draws slowly, and that says nothing of us

FILTERS = [
    # jupyter_client and ipykernel talk of transports that are fine on one machine
    "ignore:.*Kernel is running over TCP.*",
    # papermill and nbclient leave closing their kernel's sockets to the garbage collector
    "ignore:unclosed.*zmq.*:ResourceWarning",
]
"""Warnings that are other people's business, each with its reason; everything else fails the test it comes from."""

USER_SETTINGS = ("FORCE_COLOR", "NO_COLOR", "NB2PROD_DEBUG", "TERM", "MAKEFLAGS", "MFLAGS", "MAKELEVEL")


def pytest_configure(config: pytest.Config) -> None:
    for line in FILTERS:
        config.addinivalue_line("filterwarnings", line)
    # a shell that runs us in the background has Ctrl-C ignored, and children would inherit that
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly what this machine has not the parts for."""
    reasons = Counter(
        str(report.longrepr[2]).removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    )
    if reasons:
        terminalreporter.section(f"LEFT OUT: {sum(reasons.values())} tests", sep="=", yellow=True, bold=True)
        for reason, count in sorted(reasons.items()):
            terminalreporter.line(f"{count:5}  {reason}", yellow=True)


@pytest.fixture(scope="session")
def reports_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reports")


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch, reports_cache: Path) -> None:
    monkeypatch.setenv("NB2PROD_CACHE_DIR", str(reports_cache))
    for name in USER_SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "120")
