"""``artifacts/compiled``: stand-ins and the verdict on them, written whole or not at all, read if they still hold."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..artifacts.signature import holds, signed
from . import store
from .verdict import Verdict

FOLDER = "compiled"
VERDICT = "verdict.json"
UNFINISHED = ".compiled-unfinished"
OLD = ".compiled-old"
PACKAGE = Path(__file__).parents[1]
NOT_ASKED = ("service",)
"""Folders of the package whose code answers nothing."""
WRITTEN = ("ok", "why", "rows", "drawn", "passed_on", "drawn_passed_on", "straight", "followed")
"""What is told of the proof in the file: times differ from run to run, and are measured where the model serves."""

ANSWERED = {"rows": "passed_on", "drawn": "drawn_passed_on"}
"""Records that were asked, and how many of them were left to the notebook's own code."""


def keep(folder: Path, version: str, verdict: Verdict) -> None:
    """Put what was compiled, with its verdict, in the place of what was there; stand-ins only if they were proven."""
    made, served, old = folder / UNFINISHED, folder / FOLDER, folder / OLD
    if not verdict.ok:
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
    said: dict[str, Any] = {name: getattr(verdict, name) for name in WRITTEN}
    said |= {"model_version": version, "code": code(), "at_least": verdict.at_least}
    said["files"] = sums(made)
    text = json.dumps(signed(said), indent=1, ensure_ascii=False) + "\n"
    (made / VERDICT).write_text(text, encoding="utf-8")
    shutil.rmtree(old, ignore_errors=True)
    if served.exists():
        served.rename(old)
    made.rename(served)
    shutil.rmtree(old, ignore_errors=True)


def write(folder: Path, stand_ins: Mapping[str, Any]) -> dict[str, Any]:
    """Write stand-ins into a folder of their own, to be kept or not, and return them as they are read from there."""
    made = folder / UNFINISHED
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    for name, stand_in in stand_ins.items():
        store.save(stand_in, made / name)
    return {name: store.load(made / name) for name in stand_ins}


def proven(folder: Path, version: str) -> dict[str, Any]:
    """Return on how many records the compiled way of this model was proven, or why there is none to be used.

    It has to be of this model and of this code, and its files those that were proven.
    """
    path = folder / FOLDER / VERDICT
    if not path.is_file():
        return {"why": "nothing is compiled: run `make compile`"}
    said = json.loads(path.read_text(encoding="utf-8"))
    if not holds(said):
        return {"why": "what is compiled is not signed with ARTIFACTS_KEY: run `make compile`"}
    if said["model_version"] != version:
        return {"why": "what is compiled is another model: run `make compile`"}
    if said["code"] != code():
        return {"why": "the code has changed since it was compiled: run `make compile`"}
    if not said["ok"]:
        return {"why": said["why"]}
    if said["files"] != sums(folder / FOLDER):
        return {"why": "the compiled files are not those that were proven: run `make compile`"}
    answered = {name: said[name] - said[left] for name, left in ANSWERED.items()}
    return {"proven_on": answered, "straight": said["straight"], "followed": said["followed"]}


def read(folder: Path) -> dict[str, Any]:
    """Return the stand-ins by name."""
    return {path.name: store.load(path) for path in sorted((folder / FOLDER).iterdir()) if path.is_dir()}


def sums(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file but the verdict, by its path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != VERDICT)
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def code() -> str:
    """Return twelve hexadecimal digits made from the code that both ways to an answer go through."""
    found = hashlib.sha256()
    for path in sorted([*PACKAGE.rglob("*.py"), PACKAGE / "schema.json"]):
        place = path.relative_to(PACKAGE)
        if place.parts[0] not in NOT_ASKED:
            found.update(f"{place.as_posix()}\n{path.read_text(encoding='utf-8')}\n".encode())
    return found.hexdigest()[:12]
