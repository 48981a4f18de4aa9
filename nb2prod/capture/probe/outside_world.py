"""What the notebook touches outside its process: files read and written, hosts contacted; by Python's audit hook."""

# ruff: noqa: PTH100, PTH110, PTH111, PTH113, PTH118, PTH123, PTH202
# os.path: the notebook may have changed into another folder, and the audit hook must stay cheap.
from __future__ import annotations

import contextlib
import hashlib
import os
import site
import socket
import sys
import sysconfig
from typing import Any

_SYSTEM = ("/proc", "/sys", "/dev", "/etc", "/usr/share", "/usr/lib", "/usr/local/share", "/var/cache")
_FONTS = (".ttf", ".otf", ".afm", ".pfb", ".ttc")
_CODE = (".pyc", ".pyo", ".so", ".pyd", ".dll", ".dylib")
_LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0", "ip6-localhost")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class OutsideWorld:
    """Notes while ``on``. An audit hook cannot be removed: it returns at once while off."""

    def __init__(self, folder: str, evidence: str) -> None:
        self.on = False
        self.folder = os.path.realpath(folder)
        self._excluded = _excluded_folders(self.folder, evidence)
        self._read: dict[str, None] = {}
        self._written: dict[str, None] = {}
        self._hosts: dict[str, None] = {}
        self._addresses: dict[str, None] = {}
        self._named = False

    def install(self) -> None:
        """Put the audit hook in place, for as long as the process lives."""
        sys.addaudithook(self._hook)

    def _hook(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.on:
            return
        try:
            if event == "open":
                self._opened(*args[:3])
            elif event == "sqlite3.connect":
                self._connected_to_file(args[0])
            elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
                self._looked_up(args[0])
            elif event == "socket.connect":
                self._connected(args[1])
        except Exception:
            return  # an exception here would end up in the notebook

    def _opened(self, path: Any, mode: Any, flags: Any) -> None:
        if not isinstance(path, (str, bytes, os.PathLike)) or path in ("", ":memory:", b":memory:"):
            return
        full = os.path.abspath(os.fsdecode(path))
        writes = bool(flags & _WRITING) if isinstance(flags, int) else False
        if isinstance(mode, str):
            writes = any(letter in mode for letter in "wax+")
        if writes:
            if isinstance(mode, str) and "+" in mode and "w" not in mode and full not in self._written:
                self._read.setdefault(full)
            self._written.setdefault(full)
        elif full not in self._written:
            self._read.setdefault(full)

    def _connected_to_file(self, database: Any) -> None:
        name = os.fsdecode(database) if isinstance(database, (str, bytes, os.PathLike)) else ""
        if name.startswith("file:"):
            name = name[len("file:") :].split("?")[0]
        if name and ":memory:" not in name:
            self._opened(name, "r" if os.path.exists(name) else "w", 0)

    def _looked_up(self, host: Any) -> None:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if not isinstance(name, str) or _is_own(name):
            return
        self._hosts.setdefault(name)
        self._named = True

    def _connected(self, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) and address else None
        if isinstance(host, str) and not _is_own(host) and not self._named:
            self._addresses.setdefault(host)

    def files_read(self) -> list[dict[str, Any]]:
        """Return path, sha256, size and whether inside the notebook's folder, of each file read that still is."""
        modules = {os.path.realpath(getattr(m, "__file__", None) or "/") for m in list(sys.modules.values())}
        found = {}
        for path in self._read:
            real = os.path.realpath(path)
            if real not in modules and self._counts(path, real):
                record = self._describe(path)
                found[record["path"]] = record
        return list(found.values())

    def files_written(self) -> list[str]:
        """Return the files written that still are, named like those read."""
        kept = [path for path in self._written if self._counts(path, os.path.realpath(path))]
        return [self._name(path)[0] for path in kept]

    def wrote(self, path: str) -> bool:
        """Say whether the notebook itself has written the file."""
        return os.path.abspath(path) in self._written

    def note_reading(self, path: str) -> None:
        """Count a file as read that was opened out of the audit hook's sight."""
        full = os.path.abspath(path)
        if full not in self._written:
            self._read.setdefault(full)

    def counts(self, path: str) -> bool:
        """Say whether a file may be data: none of the interpreter's, the system's or of settings."""
        return self._counts(path, os.path.realpath(path))

    def hosts(self) -> list[str]:
        """Return names and, for connections without a name, addresses."""
        return [*self._hosts, *self._addresses]

    def _counts(self, path: str, real: str) -> bool:
        if not os.path.isfile(path) or path.endswith(_CODE):
            return False
        inside = _is_below(real, self.folder)
        if not inside and path.lower().endswith(_FONTS):
            return False
        return not any(_is_below(place, folder) for place in (path, real) for folder in self._excluded)

    def _name(self, path: str) -> tuple[str, bool]:
        real = os.path.realpath(path)
        if _is_below(real, self.folder):
            return os.path.relpath(real, self.folder).replace(os.sep, "/"), True
        return path, False

    def _describe(self, path: str) -> dict[str, Any]:
        name, inside = self._name(path)
        digest = hashlib.sha256()
        with open(path, "rb") as stream:
            for block in iter(lambda: stream.read(1 << 20), b""):
                digest.update(block)
        return {"path": name, "sha256": digest.hexdigest(), "size": os.path.getsize(path), "inside": inside}


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _is_own(host: str) -> bool:
    return host.startswith(_LOOPBACK) or host in ("", "::", socket.gethostname())


def _excluded_folders(folder: str, evidence: str) -> list[str]:
    """Return the folders whose files are no data: the interpreter's, the system's, caches and settings."""
    home = os.path.expanduser("~")
    settings = [os.path.join(home, name) for name in (".cache", ".config", ".ipython", ".jupyter", ".matplotlib")]
    settings.append(os.path.join(home, ".local"))
    given = [os.environ.get(name) for name in ("MPLCONFIGDIR", "IPYTHONDIR", "XDG_CACHE_HOME", "JUPYTER_DATA_DIR")]
    prefixes = [sys.prefix, sys.base_prefix, sys.exec_prefix, *sysconfig.get_paths().values()]
    with contextlib.suppress(AttributeError):  # virtualenv's own site module lacks them
        prefixes += [*site.getsitepackages(), site.getusersitepackages()]
    candidates = [*_SYSTEM, *settings, *prefixes, evidence, *(path for path in given if path)]
    both = {form for path in candidates for form in (os.path.abspath(path), os.path.realpath(path))}
    # never exclude what holds the notebook itself: somebody may work below one of these folders
    return sorted(path for path in both if path not in ("/", home) and not _is_below(folder, path))
