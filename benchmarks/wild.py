"""Real notebooks, with no hand on them: suggested sections, an export and its proof for each notebook of a folder.

python benchmarks/wild.py --notebooks DIR [--jobs N] [--timeout S] [--only NAME] [--json FILE] [--verify full|fast]
                          [--environments DIR] [--labels FILE]

DIR holds a folder for each notebook, its data beside it, and ``manifest.csv`` (columns ``name``, ``notebook``, ``env``)
with ``requirements-<env>.txt``. Without a manifest, each folder with one ``.ipynb`` counts, in the environment that
this script runs in. Everything is done in copies, by the command line as a person would use it.

The exit code is 0 unless something ended in a traceback, in a proof that failed, or not at all.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from wild_environments import OWN, make_kernels  # noqa: E402

LIMIT = 4
"""How many times the notebook's timeout the whole export may take."""
RAN_ENDINGS = {3: "no: a cell raised", 4: "no: the kernel died", 5: "no: timed out"}


@dataclass(frozen=True)
class Entry:
    """A notebook of the folder."""

    name: str
    path: Path
    environment: str = ""
    """Empty for the environment that this script runs in."""


@dataclass
class Row:
    """What came of one notebook; ``-`` where it was not got to."""

    name: str
    ran: str = "-"
    suggested: str = "-"
    """The model to serve that was suggested."""
    exported: str = "-"
    """``proven``, ``not proven``, ``refused``, ``failed`` or ``traceback``."""
    parity: str = "-"
    batch: str = "-"
    retrain: str = "-"
    input: str = "-"
    http: str = "-"
    seconds: float = 0.0
    stage: str = ""
    exit_code: int | None = None
    message: str = ""
    warnings: list[str] = field(default_factory=list)

    @property
    def seems_stuck(self) -> bool:
        """Return whether a command had to be ended."""
        return self.exported == "failed" and self.exit_code is None


@dataclass(frozen=True)
class Finished:
    """How a command ended; ``code`` is ``None`` where it had to be ended."""

    code: int | None
    stdout: str
    stderr: str

    @property
    def broke(self) -> bool:
        """Return whether it ended in a bug: a traceback of its own, not one that a message quotes, or exit code 70."""
        return self.code == 70 or bool(re.search(r"^Traceback \(most", self.stderr, re.MULTILINE))

    def result(self) -> dict[str, Any]:
        """Return the JSON object that was printed, empty if there is none."""
        with contextlib.suppress(json.JSONDecodeError):
            found = json.loads(self.stdout)
            return found if isinstance(found, dict) else {}
        return {}

    def message(self) -> str:
        """Return the problems of a refusal, or the last words."""
        problems = self.result().get("error", {}).get("problems", [])
        texts = [" — ".join(p[key] for key in ("where", "what", "remedy") if p.get(key)) for p in problems]
        if texts:
            return "; ".join(texts)
        lines = self.stderr.strip().splitlines()
        return lines[-1] if lines else "no word"


def entries(folder: Path, only: Sequence[str]) -> list[Entry]:
    """Return the notebooks of ``folder``, by its manifest if it has one."""
    manifest = folder / "manifest.csv"
    if manifest.is_file():
        with manifest.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        found = [Entry(row["name"], folder / row["name"] / row["notebook"], row.get("env") or "") for row in rows]
    else:
        inside = {place: sorted(place.glob("*.ipynb")) for place in sorted(folder.iterdir()) if place.is_dir()}
        found = [Entry(place.name, notebooks[0]) for place, notebooks in inside.items() if len(notebooks) == 1]
    return [entry for entry in found if not only or entry.name in only]


@dataclass(frozen=True)
class Trial:
    """How notebooks are tried."""

    scratch: Path
    environment: Mapping[str, str]
    timeout: float
    verify: str
    labels: Mapping[str, Any] | None
    """Sections given by hand, in place of suggestions."""

    def row(self, entry: Entry) -> Row:
        """Try one notebook, from the copy to the proof."""
        began = time.monotonic()
        row = Row(entry.name)
        copy = self.scratch / entry.name
        try:
            shutil.copytree(entry.path.parent, copy)
            if self._tagged(row, entry, copy / entry.path.name):
                self._export(row, entry, copy / entry.path.name)
        except OSError as error:
            row.exported, row.stage, row.message = "failed", row.stage or "copy", str(error)
        row.seconds = round(time.monotonic() - began, 1)
        return row

    def _tagged(self, row: Row, entry: Entry, notebook: Path) -> bool:
        """Give the notebook its tags; return whether there is something to export."""
        row.stage = "suggest"
        if self.labels is not None:
            known = self.labels.get(entry.name, {})
            row.suggested = (known.get("model") or {}).get("name", "-")
            write_tags(notebook, known)
            return True
        done = self._nb2prod("sections", notebook, "--suggest", "--write", "--json", limit=self.timeout)
        row.suggested = (done.result().get("model") or {}).get("name", "-")
        if done.code != 0:
            self._ended(row, done)
        return done.code == 0

    def _export(self, row: Row, entry: Entry, notebook: Path) -> None:
        arguments: list[object] = ["export", notebook, self.scratch / f"{entry.name}-repository", "--json"]
        arguments += ["--name", re.sub(r"\W+", "-", entry.name).strip("-") or "notebook"]
        arguments += ["--kernel", entry.environment or OWN]
        arguments += ["--timeout", self.timeout, "--verify", self.verify]
        done = self._nb2prod(*arguments, limit=LIMIT * self.timeout)
        row.stage = _last_stage(done.stderr)
        self._ended(row, done)
        _note_proof(row, done.result())
        _note_run(row, done)

    @staticmethod
    def _ended(row: Row, done: Finished) -> None:
        row.exit_code = done.code
        if done.code is None:
            row.exported, row.message = "failed", "was not done in time and had to be ended"
        elif done.broke:
            row.exported, row.message = "traceback", done.message()
        elif done.code == 0:
            row.exported, row.stage = "proven", ""
        elif done.code == 1:
            row.exported, row.message = "not proven", _why_not_proven(done.result())
        else:
            row.exported, row.message = ("failed" if done.code in RAN_ENDINGS else "refused"), done.message()

    def _nb2prod(self, *arguments: object, limit: float) -> Finished:
        command = [sys.executable, "-m", "nb2prod", *map(str, arguments)]
        process = subprocess.Popen(
            command,
            cwd=self.scratch,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            stdout, stderr = process.communicate(timeout=limit)
            return Finished(process.returncode, stdout, stderr)
        except subprocess.TimeoutExpired:
            return Finished(None, *_end(process))


def _end(process: subprocess.Popen[str]) -> tuple[str, str]:
    """End a command that takes too long: it may clean up first, then its whole group goes."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        return process.communicate(timeout=30)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.communicate()


def write_tags(notebook: Path, sections: Mapping[str, Any]) -> None:
    """Write the tags of ``sections`` (section to code cells, counted from 0) into the notebook."""
    document = json.loads(notebook.read_text(encoding="utf-8"))
    code = [cell for cell in document["cells"] if cell["cell_type"] == "code"]
    for section, cells in sections.items():
        for index in cells if isinstance(cells, list) else ():
            code[index].setdefault("metadata", {})["tags"] = [section]
    notebook.write_text(json.dumps(document, indent=1, ensure_ascii=False), encoding="utf-8")


def _last_stage(stderr: str) -> str:
    """Return what was going on when the command ended, as its progress on stderr says."""
    lines = [line for line in stderr.splitlines() if re.match(r"[a-z].*", line) and not line.startswith("error")]
    return lines[-1].split(":")[0] if lines else ""


def _note_proof(row: Row, result: Mapping[str, Any]) -> None:
    for name in ("parity", "batch", "retrain", "http"):
        found = result.get(name)
        if isinstance(found, Mapping) and "rows" in found:
            setattr(row, name, f"{found['equal']}/{found['rows']}")
    given = result.get("input")
    row.input = str(given.get("rows", "-") if isinstance(given, Mapping) else given or "-")
    row.warnings = list(result.get("warnings", ()))


def _note_run(row: Row, done: Finished) -> None:
    if done.code in RAN_ENDINGS:
        row.ran = RAN_ENDINGS[done.code]
    elif done.code in {0, 1} or not row.stage.startswith(("reading", "running")):
        row.ran = "yes"


def _why_not_proven(result: Mapping[str, Any]) -> str:
    found = []
    for name in ("parity", "batch", "http", "retrain"):
        compared = result.get(name) or {}
        if compared.get("error"):
            found.append(f"{name}: {' '.join(str(compared['error']).split())[-300:]}")
        elif compared.get("differences"):
            found.append(f"{name}: {json.dumps(compared['differences'][0])[:300]}")
    tests = result.get("tests") or {}
    if tests.get("failed"):
        found.append(f"{tests['failed']} of its own tests failed")
    if result.get("lint"):
        found.append(f"lint: {' '.join(str(result['lint']).split())[:300]}")
    return "; ".join(found) or "not proven"


COLUMNS = ("name", "ran", "suggested", "exported", "parity", "batch", "retrain", "input", "http", "seconds")


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a table, with what to know of those that were not exported below it."""
    cells = [[str(getattr(row, column)) for column in COLUMNS] for row in rows]
    widths = [max(len(line[n]) for line in [list(COLUMNS), *cells]) for n in range(len(COLUMNS))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
             for line in [list(COLUMNS), *cells]]  # fmt: skip
    lines += ["", *(_failure(row) for row in rows if row.exported != "proven")]
    return "\n".join(lines)


def _failure(row: Row) -> str:
    return f"{row.name}: {row.exported} while {row.stage or 'starting'}, exit code {row.exit_code}: {row.message}"


def totals(rows: Sequence[Row]) -> dict[str, int]:
    """Return how many notebooks ended how."""
    count = {kind: sum(row.exported == kind for row in rows) for kind in ("proven", "refused", "traceback")}
    return {**count, "failed": len(rows) - sum(count.values())}


def tried(found: Sequence[Entry], trial: Trial, jobs: int) -> Iterator[Row]:
    """Yield the rows as they are finished."""
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        for future in as_completed([pool.submit(trial.row, entry) for entry in found]):
            yield future.result()


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--notebooks", type=Path, required=True, help="folder with a folder for each notebook")
    parser.add_argument("--jobs", type=int, default=max(1, (os.cpu_count() or 2) // 2), help="notebooks at a time")
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds that a notebook may run")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="this notebook only; repeatable")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there as well")
    parser.add_argument("--verify", choices=["full", "fast"], default="full", help="how much to prove")
    parser.add_argument("--environments", type=Path, help="folder to keep the environments in between runs")
    parser.add_argument("--labels", type=Path, metavar="FILE", help="take the tags from there instead of suggestions")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    """Print a row for each notebook as it is finished, then the table and the totals."""
    options = _arguments(given)
    found = entries(options.notebooks.resolve(), options.only)
    if not found:
        print("no notebooks there", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="wild-") as temporary:
        scratch = Path(temporary)
        environments = (options.environments or scratch / "environments").resolve()
        names = [entry.environment for entry in found]
        make_kernels(options.notebooks, names, environments, scratch / "jupyter", lambda text: print(text, flush=True))
        paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
        environment = {**os.environ, "JUPYTER_PATH": str(scratch / "jupyter"), "PYTHONPATH": paths, "NO_COLOR": "1"}
        labels = json.loads(options.labels.read_text(encoding="utf-8")) if options.labels else None
        trial = Trial(scratch, environment, options.timeout, options.verify, labels)
        rows = []
        for row in tried(found, trial, options.jobs):
            print(_progress(row), flush=True)
            rows.append(row)
    order = [entry.name for entry in found]
    rows.sort(key=lambda row: order.index(row.name))
    count = totals(rows)
    print("\n" + table(rows))
    print(
        f"\n{count['proven']} exported and proven, {count['refused']} refused with a message, "
        f"{count['failed']} failed, {count['traceback']} tracebacks; of {len(rows)}"
    )
    if options.json:
        result = {"rows": [asdict(row) for row in rows], "totals": count}
        options.json.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 1 if any(row.exported in {"traceback", "not proven"} or row.seems_stuck for row in rows) else 0


def _progress(row: Row) -> str:
    if row.exported == "proven":
        return f"{row.name}: proven, {row.parity} rows, {row.seconds:.0f} s"
    return _failure(row)


if __name__ == "__main__":
    raise SystemExit(main())
