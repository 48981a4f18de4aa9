"""Other projects' test notebooks, read: none may end in a traceback.

python benchmarks/conformance.py [PACKAGE ...] [--folder DIR] [--json FILE]

Downloads the source distributions of the packages (by default those that carry notebooks among their tests) with pip,
and reads every notebook in them with ``nb2prod sections --json``, with and without ``--suggest``, in one process. These
notebooks are there to be difficult: of old formats, broken, in other languages, in other encodings. Each is read or
refused with a message. Nothing of them is run, and nothing of them is part of this project.

The exit code is 0 unless something ended in a traceback.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

PACKAGES = (
    "nbformat", "nbclient", "nbconvert", "papermill", "jupytext", "nbgrader", "nbsphinx", "nbval", "nbmake",
    "nbstripout", "scrapbook",
)  # fmt: skip
COMMANDS = {"sections": ("--json",), "suggest": ("--suggest", "--json")}


@dataclass(frozen=True)
class Reading:
    """What came of one notebook with one command."""

    package: str
    notebook: str
    command: str
    outcome: str
    """``read``, ``refused`` or ``traceback``."""
    message: str
    seconds: float


def downloaded(packages: Sequence[str], folder: Path) -> dict[str, Path]:
    """Return package to its unpacked source; those that cannot be had are said and left out."""
    found = {}
    for package in packages:
        place = folder / package
        if not place.is_dir():
            archives = _archives(package, folder / "archives")
            if not archives:
                print(f"{package}: no source distribution to be had")
                continue
            _unpack(archives[-1], place)
        found[package] = place
    return found


def _archives(package: str, folder: Path) -> list[Path]:
    target = folder / package
    target.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip"] if importlib.util.find_spec("pip") else _uv_pip()
    command = [*pip, "download", "--quiet", "--no-deps", "--no-binary", ":all:", "--dest", str(target), package]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(" ".join(done.stderr.split())[-300:], file=sys.stderr)
    return sorted(target.iterdir())


def _uv_pip() -> list[str]:
    from nb2prod.environment.uv import find

    return [find(), "tool", "run", "--quiet", "pip"]


def _unpack(archive: Path, place: Path) -> None:
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as stream:
            stream.extractall(place)
    else:
        with tarfile.open(archive) as stream:
            stream.extractall(place, filter="data")


def readings(package: str, folder: Path) -> Iterator[Reading]:
    """Yield what comes of each notebook of a package with each command."""
    for notebook in sorted(folder.rglob("*.ipynb")):
        if notebook.is_file():
            for command, options in COMMANDS.items():
                yield _reading(package, notebook, str(notebook.relative_to(folder)), command, options)


def _reading(package: str, notebook: Path, name: str, command: str, options: Sequence[str]) -> Reading:
    from nb2prod.cli import main

    out, err = io.StringIO(), io.StringIO()
    began = time.perf_counter()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(["sections", str(notebook), *options])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException as error:
            code, message = 70, f"{type(error).__name__}: {error}"
            err.write(message)
    seconds = time.perf_counter() - began
    if code in (0, None) and _is_one_object(out.getvalue()):
        return Reading(package, name, command, "read", "", seconds)
    refused = code in (2, 6) and "Traceback" not in err.getvalue() and err.getvalue().strip()
    message = " ".join(re.sub(r"\x1b\[\d+m", "", err.getvalue()).split())
    return Reading(package, name, command, "refused" if refused else "traceback", message, seconds)


def _is_one_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def main(given: Sequence[str] | None = None) -> int:
    """Print a line for each refusal and each traceback, then the counts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("packages", nargs="*", default=PACKAGES)
    parser.add_argument("--folder", type=Path, help="folder to keep the source distributions in between runs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what came of each there as well")
    options = parser.parse_args(given)
    os.environ.setdefault("NO_COLOR", "1")
    found: list[Reading] = []
    with tempfile.TemporaryDirectory(prefix="conformance-") as temporary:
        for package, place in downloaded(options.packages, (options.folder or Path(temporary)).resolve()).items():
            own = list(readings(package, place))
            found += own
            for reading in own:
                if reading.outcome != "read":
                    print(f"{reading.outcome:9} {package}: {reading.notebook} ({reading.command}): {reading.message}")
    print()
    for package in [*dict.fromkeys(reading.package for reading in found), ""]:
        for command in COMMANDS:
            print(_count(package, command, [r for r in found if package in {r.package, ""} and r.command == command]))
    if options.json:
        rows = [asdict(reading) for reading in found]
        options.json.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 1 if not found or any(reading.outcome == "traceback" for reading in found) else 0


def _count(package: str, command: str, own: Sequence[Reading]) -> str:
    count = {outcome: sum(r.outcome == outcome for r in own) for outcome in ("read", "refused", "traceback")}
    longest = max((r.seconds for r in own), default=0.0)
    return (
        f"{package or 'all':11} {command:9} {len(own):4} notebooks: {count['read']:4} read, "
        f"{count['refused']:3} refused with a message, {count['traceback']} tracebacks; longest {longest:.1f} s"
    )


if __name__ == "__main__":
    raise SystemExit(main())
