"""An address goes in, or none; a connection to a Ray cluster comes out, for a while, or why there can be none."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import os
import secrets
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from packaging.version import Version

from nb2prod.cluster.folders import private_folder
from nb2prod.errors import Problem, UsageError
from nb2prod.runs.killing import kill_ours_that_name

OLDEST = Version("2.54")
"""Before it, pages of other origins could stop what runs (CVE-2026-27482), and before 2.52 there were no tokens."""
OBJECT_STORE = 80_000_000
"""Bytes of shared memory; what goes through it are a few lines. Ray takes no less than 75 MiB."""
PATIENCE = 5.0
"""Seconds in which a cluster has to answer at all."""
TRIES = 3
SILENT: dict[str, Any] = {"log_to_driver": False, "configure_logging": False, "logging_level": logging.CRITICAL}
QUIET = {"RAY_USAGE_STATS_ENABLED": "0"}
LOOPBACK = {
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # has Ray listen on the loopback interface alone, on any system
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # who asks for no GPU is not kept from using one
    "RAY_ADDRESS": "",
}


@dataclass(frozen=True)
class Node:
    """A machine of a cluster, or a part of one."""

    id: str
    host: str
    cpus: int


@contextmanager
def connected(address: str, cpus: int) -> Iterator[Any]:
    """Yield Ray, connected to the cluster at ``address``, ``HOST:PORT`` or ``auto``, of which this machine is a node.

    Without an address one is started on this machine, with so many processors, and ends here: it listens on the
    loopback interface alone, has no dashboard, and asks for a token that is in a file which only we can read. Raises
    ``UsageError`` where Ray is missing, too old, in use by this process already, or cannot be reached.
    """
    if address:
        _refuse_address(address)
    with contextlib.ExitStack() as stack:
        variables = {**QUIET, "RAY_AUTH_MODE": os.environ.get("RAY_AUTH_MODE") or "token"}
        folder = ""
        if not address:
            folder = stack.enter_context(private_folder())
            variables = {**QUIET, **LOOPBACK, "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN_PATH": _token_in(folder)}
        stack.enter_context(_set(variables, taken_away=() if address else ("RAY_AUTH_TOKEN",)))
        ray = _ray(address)
        stack.callback(ray.shutdown)
        stack.enter_context(contextlib.redirect_stdout(_WithoutRay(sys.stdout)))
        with _signals_kept(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if address:
                _connect(ray, address)
            else:
                _start(ray, folder, cpus)
        if not address and not all(_is_loopback(each["NodeManagerAddress"]) for each in ray.nodes()):
            what = "Ray was loaded by this process before, and would listen to other machines"
            raise UsageError(Problem(what, "--engine ray", "start the sweep by the command line"))
        yield ray


def nodes(ray: Any) -> tuple[Node, ...]:
    """Return the nodes that are there now and have processors."""
    found = [
        Node(each["NodeID"], each["NodeManagerHostname"], int(each["Resources"].get("CPU", 0)))
        for each in ray.nodes()
        if each["Alive"]
    ]
    return tuple(node for node in found if node.cpus > 0)


def _refuse_address(address: str) -> None:
    """Raise where an address is none, or nobody answers there: Ray would go on asking for minutes."""
    host, _, port = address.rpartition(":")
    if address == "auto":
        return
    if not host or not port.isdigit() or "://" in address:
        what = "is no address of a Ray cluster"
        raise UsageError(Problem(what, f"--address {address}", "give HOST:PORT of its head node, on one of its nodes"))
    try:
        socket.create_connection((host.strip("[]"), int(port)), PATIENCE).close()
    except (OSError, OverflowError) as error:
        what = f"nobody answers there: {getattr(error, 'strerror', None) or error}"
        remedy = "start the cluster with `ray start`, or leave --address out to have one on this machine"
        raise UsageError(Problem(what, f"--address {address}", remedy)) from None


def _ray(address: str) -> Any:
    try:
        import ray
    except ImportError:
        what = "this engine needs Ray, which is not installed"
        raise UsageError(Problem(what, "--engine ray", 'pip install "nb2prod[ray]"')) from None
    if Version(ray.__version__) < OLDEST:
        what = f"Ray {ray.__version__} has holes that anybody on the network can use"
        raise UsageError(Problem(what, "--engine ray", f'pip install "ray>={OLDEST}"'))
    if ray.is_initialized():
        what = "this process is connected to Ray already"
        raise UsageError(
            Problem(what, "--engine ray", "call ray.shutdown() before, or start the sweep by the command line")
        )
    return ray


def _connect(ray: Any, address: str) -> None:
    try:
        ray.init(address=address, **SILENT)
    except Exception as error:
        remedy = "start the sweep on one of its nodes, with its token in RAY_AUTH_TOKEN_PATH or ~/.ray/auth_token"
        what = f"the cluster lets nobody in: {_first_line(error)}"
        raise UsageError(Problem(what, f"--address {address}", remedy)) from None


def _start(ray: Any, folder: str, cpus: int) -> None:
    """Start Ray; on a machine that is busy, again: what is not there after thirty seconds counts as broken to it."""
    own = str(Path(folder, "r"))  # which Ray opens to everybody; nobody gets through ours
    asked = {"num_cpus": cpus, "include_dashboard": False, "object_store_memory": OBJECT_STORE, "_temp_dir": own}
    for left in reversed(range(TRIES)):
        try:
            ray.init(address="local", **asked, **SILENT)
        except Exception as error:
            ray.shutdown()
            kill_ours_that_name(folder)
            if not left or "timed out" not in str(error):
                remedy = "see whether the machine is too busy for it, or take --engine local"
                what = f"Ray cannot be started: {_first_line(error)}"
                raise UsageError(Problem(what, "--engine ray", remedy)) from None
        else:
            return


def _token_in(folder: str) -> str:
    """Write a token that nobody else can read, and return its file."""
    file = Path(folder, "token")
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(_token())
    return str(file)


@lru_cache(maxsize=1)
def _token() -> str:
    """Return a token of this process: Ray reads it once, and keeps to it."""
    return secrets.token_hex(32)


@contextmanager
def _set(variables: Mapping[str, str], taken_away: tuple[str, ...]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in (*variables, *taken_away)}
    for name in taken_away:
        os.environ.pop(name, None)
    for name, value in variables.items():
        if value:
            os.environ[name] = value
        else:
            os.environ.pop(name, None)
    try:
        yield
    finally:
        for name, kept in before.items():
            if kept is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = kept


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Have SIGTERM end us as it did: Ray puts a way of its own there."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread() and before is not None:
            signal.signal(signal.SIGTERM, before)


class _WithoutRay:
    """Standard output, which is for results, without what a thread of Ray's prints of nodes that are gone."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        if threading.current_thread().name.startswith("ray_"):
            return len(text)
        return int(self._stream.write(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _first_line(error: Exception) -> str:
    return next((line.strip()[:300] for line in str(error).splitlines() if line.strip()), type(error).__name__)
