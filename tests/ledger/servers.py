"""A PostgreSQL server of a test's own, reached by a socket in its own folder: it can be stopped, killed, started."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

UNPRIVILEGED = ("postgres", "nobody")
"""PostgreSQL refuses to run as root: one of these runs it then."""


def programs() -> Path:
    """Return the folder with PostgreSQL's programs, or skip the test."""
    found = [Path(each).parent for each in (shutil.which("initdb"),) if each]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    if not found:
        pytest.skip("PostgreSQL is not installed: its tests need initdb and pg_ctl")
    return found[0]


class Server:
    """One server; nobody else uses it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        self.programs = programs()
        self.user = None
        if os.geteuid() == 0:
            known = {each.pw_name for each in pwd.getpwall()}
            self.user = next(name for name in UNPRIVILEGED if name in known)
            shutil.chown(folder, self.user)
        self._run("initdb", "-A", "trust", "-U", "tester", "-E", "UTF8", "--no-sync", "--locale=C", self.data)
        settings = [f"unix_socket_directories = '{folder}'", "listen_addresses = ''", "fsync = off"]
        with (self.data / "postgresql.conf").open("a") as file:
            file.write("\n".join(settings) + "\n")

    def start(self) -> None:
        self._run("pg_ctl", "-D", self.data, "-l", self.folder / "log", "-w", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")

    def kill(self) -> None:
        """End it as the machine would: at once, with all that belongs to it."""
        pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGQUIT)  # the server's own way to end all at once, without writing anything more
        while Path(f"/proc/{pid}").exists() or (self.data / "postmaster.pid").exists():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 0)
            if not (self.data / "postmaster.pid").exists():
                break

    def database(self) -> str:
        """Make a new database and return its address."""
        name = f"t{uuid4().hex[:12]}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"postgresql://tester@/{name}?host={self.folder}"

    def _address(self, name: str) -> str:
        return f"postgresql://tester@/{name}?host={self.folder}"

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self.programs / program), *map(str, arguments)]
        # not a pipe: the server that pg_ctl starts would keep it open
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(command, user=self.user, cwd=self.folder, stdout=said, stderr=said, timeout=120)
            said.seek(0)
            assert done.returncode == 0, said.read().decode()


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    """Start a server and end it."""
    programs()
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # short: sockets have paths of at most 107 characters
    try:
        server = Server(folder)
        server.start()
        try:
            yield server
        finally:
            if (server.data / "postmaster.pid").exists():
                server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
