"""A notebook goes in; what its run gathers beside running, metrics and what an export needs, comes out, to be kept."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from nb2prod.capture.capture import both, evidence_attendant, request_message
from nb2prod.capture.model import CaptureRequest
from nb2prod.capture.reading import read_evidence
from nb2prod.capture.run_metrics import metrics_attendant, read_metrics
from nb2prod.capture.sending import probe_sources
from nb2prod.errors import Nb2ProdError, Problem, UnusableInput, UsageError
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.read import notebook_of
from nb2prod.plan.naming import project_name
from nb2prod.plan.request import Request
from nb2prod.runs.model import Attendant
from nb2prod.workflows.given import exported_parameters
from nb2prod.workflows.measured import metrics_request
from nb2prod.workflows.model import ExportOptions
from nb2prod.workflows.raw_rows import look_for_raw_rows, with_raw_rows
from nb2prod.workflows.understanding import understand

MANIFEST = "manifest.json"
SCHEMA_VERSION = 1
METRICS = ".run-metrics.json"


@dataclass(frozen=True)
class Wanted:
    """What an export of a notebook needs of a run."""

    request: Request
    asked: CaptureRequest

    @property
    def sha256(self) -> str:
        """Of what is asked, and of how: what was gathered for one is no evidence for another."""
        said = request_message(self.request.notebook, self.asked, Path())
        text = json.dumps([said, *probe_sources()], sort_keys=True)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def wanted_of(request: Request) -> Wanted:
    """Return what an export needs that takes raw rows where it can."""
    return Wanted(request, with_raw_rows(request, look_for_raw_rows(request, "auto")))


def evidence_wanted(document: Mapping[str, Any], path: Path) -> Wanted:
    """Return what a run of a notebook has to gather. Raises ``UnusableInput`` where it cannot become a service."""
    notebook = notebook_of(dict(document), path)
    return wanted_of(understand(notebook, ExportOptions(path), project_name(path, None)))


def refuse_to_gather(notebook: Notebook, parameters: Mapping[str, Any]) -> None:
    """Raise where no service could be made of a run, with all problems."""
    assert notebook.document is not None
    problems = [*_in_the_way(json.dumps(notebook.document), notebook.path)]
    try:
        exported_parameters(notebook, parameters)
    except UsageError as error:
        problems += error.problems
    if problems:
        raise UnusableInput(problems)


@lru_cache(8)
def _in_the_way(document: str, path: Path) -> tuple[Problem, ...]:
    """Return why a notebook cannot become a service; of a sweep's runs it is asked once."""
    try:
        evidence_wanted(json.loads(document), path)
    except Nb2ProdError as error:
        return error.problems
    return ()


class Gathering:
    """What one run gathers, below a folder of its own."""

    def __init__(self, notebook: Notebook, folder: Path) -> None:
        """``folder`` is there and ours alone; ``notebook`` has its document."""
        self.notebook = notebook
        self._folder = folder
        self._metrics_file = folder / METRICS
        self._wanted: Wanted | None = None
        self._shown: tuple[str, ...] = ()

    def attendant(self, *, evidence: bool) -> Attendant:
        """Return what gathers in the kernel: metrics, and with ``evidence`` what an export needs."""
        measured = metrics_request(self.notebook)
        if not evidence:
            return metrics_attendant(self.notebook, measured, self._metrics_file)
        assert self.notebook.document is not None
        self._wanted = wanted = evidence_wanted(self.notebook.document, self.notebook.path)
        self._shown = tuple(each.name for each in measured.shown)
        # two may not wrap the same expressions: what is shown is told by the evidence
        metrics = metrics_attendant(self.notebook, replace(measured, shown=()), self._metrics_file)
        return both(metrics, evidence_attendant(wanted.request.notebook, wanted.asked, self._folder))

    def measured(self) -> tuple[dict[str, float], dict[str, str]]:
        """Return the numbers and the versions that are known so far."""
        return read_metrics(self._metrics_file)

    def shown_metrics(self) -> dict[str, float]:
        """Return the numbers of a run that has come to its end which only evidence has."""
        if self._wanted is None:
            return {}
        found = read_evidence(self._folder).metrics
        return {name: value for name, value in found.items() if name.split(".")[0] in self._shown}

    def keep(self, output: Path) -> str:
        """Keep the evidence beside a run's executed notebook, whole; return its sha256, empty where none was wanted.

        Raises ``UnusableInput`` where it cannot be written.
        """
        if self._wanted is None:
            return ""
        place = evidence_beside(output)
        try:
            return self._kept(self._wanted, place)
        except OSError as error:
            what = f"the notebook has run, and its evidence cannot be kept: {error.strerror}"
            raise UnusableInput(Problem(what, str(place), "make room there, or name another --output")) from None

    def _kept(self, wanted: Wanted, place: Path) -> str:
        modules = wanted.request.own_modules.texts
        manifest = {
            "schema_version": SCHEMA_VERSION,
            "asked": wanted.sha256,
            "modules": {path: hashlib.sha256(text.encode()).hexdigest() for path, text in modules.items()},
            "files": {
                path.relative_to(self._folder).as_posix(): sha256_of(path)
                for path in sorted(self._folder.rglob("*"))
                if path.is_file() and path != self._metrics_file
            },
        }
        text = json.dumps(manifest, indent=1, sort_keys=True).encode()
        (self._folder / MANIFEST).write_bytes(text)
        part = place.with_name(f".{place.name}.part")
        for folder in (part, place):
            shutil.rmtree(folder, ignore_errors=True)
        try:
            shutil.copytree(self._folder, part, ignore=shutil.ignore_patterns(METRICS))
            part.chmod(0o700)
            part.rename(place)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        return hashlib.sha256(text).hexdigest()


def evidence_beside(output: Path) -> Path:
    """Return the folder of a run's evidence, by its executed notebook."""
    return output.with_suffix(".evidence")


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
