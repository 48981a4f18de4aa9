"""Reports that are kept in the user's cache, by everything that they depend on."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from secrets import token_hex
from typing import Any

from nb2prod.rules.advisories import VARIABLE
from nb2prod.rules.dependencies import ABOVE, DECLARED_IN
from nb2prod.rules.discovery import known_rules
from nb2prod.workflows.reports.model import Job, Mode, Report, Told

FOLDER = "NB2PROD_CACHE_DIR"
"""Variable of the environment that names another folder than the user's cache."""
PACKAGE = Path(__file__).parents[2]
MOST_KEPT = 20_000
"""Reports of a few kilobytes each."""
OLDEST = 7 * 24 * 3600
"""Seconds: what a rule looks up elsewhere, such as known vulnerabilities, changes too."""
BETWEEN = 24 * 3600
"""Seconds between two looks through all that is kept, which takes a second where there is much."""
BESIDE = (".py", ".toml", ".txt", ".lock", ".cfg", ".yml", ".yaml", ".in")
"""Files beside a notebook that a rule may read end so: they are told by their time and size."""


class Kept:
    """The reports of earlier checks. Where nothing can be kept, nothing is."""

    def __init__(self, folder: Path | None = None) -> None:
        """Take the folder; the user's cache if not given."""
        self._folder = folder
        self._own = token_hex(8)
        """Is in the names of files that are being written, which nobody else writes then."""
        self._written = 0
        self._seen: dict[tuple[Path, bool], tuple[str, bool]] = {}
        self._real: dict[Path, Path] = {}
        """Folders, and where they are behind all links: looked at once too."""
        self._shortened: dict[tuple[Any, ...], str] = {}
        """What was asked for, as short texts."""
        self._states: dict[Path, str] = {}
        """Folders, and what tells the state of what lies around their notebooks from another."""

    def key(self, job: Job) -> str | None:
        """Return what a report depends on, as one text: the notebook's bytes, its place and what lies there, rules,
        settings, the database that is asked, nb2prod. What lies in a folder is looked at once."""
        try:
            if not job.path.is_file():  # a named pipe may never have anything to read
                return None
            content = sha256(job.path.read_bytes()).hexdigest()
        except OSError:
            return None
        folder = job.path.parent
        if folder not in self._real:
            self._real[folder] = folder.resolve()
        place = job.path.resolve() if job.path.is_symlink() else self._real[folder] / job.path.name
        database = os.environ.get(VARIABLE, "") if job.asks else ""
        if place.parent not in self._states:
            self._states[place.parent] = self._around(place.parent)
        return _short((content, str(place), self._states[place.parent], self._asked(job), database, _rules()))

    def _asked(self, job: Job) -> str:
        """Return what was asked for as a short text: it names all rules, and is the same for most notebooks."""
        settings, above = (tuple(sorted(each.items())) for each in (job.settings, job.above))
        asked = (job.codes, settings, above, job.unsafe, job.sure)
        if asked not in self._shortened:
            self._shortened[asked] = _short(asked)
        return self._shortened[asked]

    def get(self, key: str, path: Path) -> Report | None:
        """Return the report that was kept under a key, ``None`` where there is none that can be read."""
        try:
            place = self._place(key)
            with open(place, encoding="utf-8") as file:  # noqa: PTH123
                if time.time() - os.fstat(file.fileno()).st_mtime > OLDEST:
                    return None
                listed = json.loads(file.read())
            return Report(path, tuple(Told(**each) for each in listed))
        except (OSError, RuntimeError, ValueError, TypeError):  # RuntimeError: there is no home
            return None

    def put_unchanged(self, made: Iterable[tuple[str, Job, Report]]) -> None:
        """Keep the reports, with their keys from before, of all notebooks that nobody has changed meanwhile.

        Each folder is looked at once more, so this is to be asked once, when all are made, and not for each.
        """
        for looked_at in (self._seen, self._real, self._states):
            looked_at.clear()
        for key, job, report in made:
            if self.key(job) == key:
                self.put(key, report)

    def put(self, key: str, report: Report) -> None:
        """Keep the report of a notebook that was only looked at."""
        part = ""
        with contextlib.suppress(OSError, RuntimeError, ValueError):
            text = json.dumps([vars(each) for each in report.findings])  # ``dump`` is all Python
            place = self._place(key)
            part = f"{place}.{self._own}.part"
            with os.fdopen(_new_file(part), "wb") as file:
                file.write(text.encode())
            os.replace(part, place)  # noqa: PTH105  as for all that is done for each notebook, a Path takes long
            part = ""
            self._written += 1
        if part:
            with contextlib.suppress(OSError):
                Path(part).unlink()

    def drop_old(self) -> None:
        """Keep the cache within its bounds; only looked at where something was written."""
        if not self._written:
            return
        with contextlib.suppress(OSError, RuntimeError):
            looked = self._root() / "looked-through"
            if looked.exists() and time.time() - looked.stat().st_mtime < BETWEEN:
                return
            looked.touch()
            files = [(each.stat().st_mtime, each) for each in self._root().glob("*/*")]
            for when, path in sorted(files, reverse=True)[MOST_KEPT:] + [f for f in files if _is_old(f[0])]:
                del when
                path.unlink(missing_ok=True)

    def _around(self, folder: Path) -> str:
        """Return what tells one state of what lies around a notebook from another: files, and folders that may be
        modules.

        Of its folder and those above, up to that of the repository; of as many as modules are looked for in, in any
        case.
        """
        if not self._seen:  # else the folder of the cache, made between two looks, would tell one state from another
            with contextlib.suppress(OSError, RuntimeError):
                self._root().mkdir(parents=True, exist_ok=True)
        found: list[str] = []
        inside = True
        for above, place in enumerate((folder, *folder.parents)):
            near = above <= ABOVE
            if not (inside or near):
                break
            if (place, near) not in self._seen:
                self._seen[place, near] = _inside(place, near)
            state, is_top = self._seen[place, near]
            found.append(state)
            inside = inside and not is_top
        return _short(found)

    def _root(self) -> Path:
        if self._folder is None and os.environ.get(FOLDER):
            self._folder = Path(os.environ[FOLDER]) / "check"
        elif self._folder is None:
            from platformdirs import user_cache_path

            self._folder = user_cache_path("nb2prod", appauthor=False) / "check"
        return self._folder

    def _place(self, key: str) -> str:
        return os.path.join(self._root(), key[:2], f"{key[2:]}.json")  # noqa: PTH118


def _new_file(path: str) -> int:
    """Return the descriptor of a new file for its owner alone, its folder made where there is none."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        return os.open(path, flags, 0o600)
    except FileNotFoundError:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, flags, 0o600)


def keeps(job: Job, report: Report) -> bool:
    """Say whether a report is the same the next time: only one of a notebook that was only looked at, and fully."""
    return (
        job.mode == Mode.LOOK
        and report.complete
        and not report.elsewhere
        and not report.other_language
        and not any(each.code in {"NB000", "NB001", "NB003"} for each in report.findings)
    )


def _is_old(when: float) -> bool:
    return time.time() - when > OLDEST


@cache
def _rules() -> str:
    """Return what tells one nb2prod and its rules from another: versions, and the times of its files."""
    files = sorted(PACKAGE.rglob("*.[pt][yo]*"))
    others = {sys.modules[each.check.__module__].__file__ for each in known_rules() if each.check.__module__}
    stamps = [_stamp(path) for path in (*files, *sorted(Path(each) for each in others if each))]
    return _short((version("nb2prod"), sys.version_info[:3], stamps, _installed()))


def _installed() -> list[str]:
    """Return what is installed where this runs, with versions: rules tell of modules that are not, and of licences."""
    names: set[str] = set()
    for place in sys.path:
        with contextlib.suppress(OSError):
            inside = (each.name for each in Path(place or os.curdir).iterdir())
            names.update(each for each in inside if each.endswith((".dist-info", ".egg-info")))
    return sorted(names)


def _inside(folder: Path, with_modules: bool) -> tuple[str, bool]:
    """Return what tells one state of a folder from another, and whether it is that of a repository."""
    found: list[tuple[str, int, int]] = []
    is_top = False
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for each in entries:
            name = each.name
            is_top = is_top or name == ".git"
            if with_modules and _may_be_module(name) and _is_folder(each):
                found.append((name, -1, 0))
            if name in DECLARED_IN or os.path.splitext(name)[1] in BESIDE:  # noqa: PTH122  a Path for each takes long
                found.append(_stamp(each))
    return _short(sorted(found)), is_top


def _may_be_module(name: str) -> bool:
    return name.isidentifier() and not name.startswith("__")  # __pycache__ comes and goes


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _short(value: object) -> str:
    return sha256(repr(value).encode("utf-8", "surrogatepass")).hexdigest()


def _stamp(file: Path | os.DirEntry[str]) -> tuple[str, int, int]:
    place = os.fspath(file)
    try:
        found = file.stat()
    except OSError:
        return place, 0, 0
    return place, found.st_mtime_ns, found.st_size
