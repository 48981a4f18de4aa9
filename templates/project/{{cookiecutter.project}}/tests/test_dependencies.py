"""A library or a data file that is not the one of the export is told."""

from __future__ import annotations

import hashlib
import json
import re
from importlib.metadata import PackageNotFoundError, version

import pytest

from {{ cookiecutter.package }}.files import DATA_DIR, ROOT

PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)\s*\\?$", re.MULTILINE)


def installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def is_it(version: str, pin: str) -> bool:
    """Compare versions; a build of its own, such as 2.9.1+cpu, is the pinned version."""
    return version == pin or version.partition("+")[0] == pin


def test_installed_versions_are_the_pinned_ones() -> None:
    path = ROOT / "requirements.txt"
    if not path.is_file():
        pytest.skip("there is no requirements.txt")
    pins = dict(PIN.findall(path.read_text(encoding="utf-8")))
    found = {name: installed(name) for name in pins}
    odd = [f"{n} {found[n]} instead of {pin}" for n, pin in pins.items() if not is_it(found[n], pin)]
    assert not odd, "\n".join(["Run `make setup`, or train again and prove the answers:", *odd])


def test_data_files_are_those_of_the_export() -> None:
    path = ROOT / "data" / "manifest.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    there = {name: entry for name, entry in known.items() if (DATA_DIR / name).is_file()}
    if not there:
        pytest.skip("there are no data files")
    odd = [
        name
        for name, entry in there.items()
        if hashlib.sha256((DATA_DIR / name).read_bytes()).hexdigest() != entry["sha256"]
    ]
    assert not odd, (
        f"{', '.join(odd)} changed since the export. If that was not meant, bring the old data back; "
        "else `make train`, `make check`, and put the new sha256 into data/manifest.json."
    )
