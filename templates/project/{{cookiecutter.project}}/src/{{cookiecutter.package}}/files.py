"""Files and folders of this repository, and how they are read and written."""

import json
from pathlib import Path
from typing import Any

from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]


class Environment(BaseSettings):
    """What is said by environment variables, or by lines in ``.env``."""

    model_config = SettingsConfigDict(env_file=ROOT / ".env", env_ignore_empty=True, extra="ignore")


class Folders(Environment):
    """Where data and artifacts are."""

    data_dir: Path = ROOT / "data"
    artifacts_dir: Path = ROOT / "artifacts"


_FOLDERS = Folders()
DATA_DIR = _FOLDERS.data_dir.resolve()
ARTIFACTS_DIR = _FOLDERS.artifacts_dir.resolve()


def read_json(path: Path, default: Any) -> Any:
    """Return what is in a file, or the default if there is none."""
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else default


def parity(name: str, default: Any) -> Any:
    """Return what is in a file of ``tests/parity``: the notebook's rows, its answers to them, or their tolerance."""
    return read_json(ROOT / "tests" / "parity" / name, default)


def write_whole(path: Path, text: str) -> None:
    """Write a file, and its folder where there is none: whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


class DataFileMissing(FileNotFoundError):
    """A data file is not where it should be; the message says which one is wanted."""


def data_file(name: str) -> Path:
    """Return the path of a data file.

    Raises:
        DataFileMissing: if it is not in ``DATA_DIR``.
    """
    path = DATA_DIR / name
    if not path.exists():
        raise DataFileMissing(
            f"Data file {name!r} is not in {DATA_DIR}.{_expected(name)} "
            "Put it there, or set DATA_DIR to the folder that holds it."
        )
    return path


def _expected(name: str) -> str:
    """Say what the notebook read under that name, where ``data/manifest.json`` knows it."""
    known = read_json(ROOT / "data" / "manifest.json", {}).get(name)
    if known is None:
        return ""
    return f" The notebook read one of {known['size']:,} bytes with sha256 {known['sha256']}."
