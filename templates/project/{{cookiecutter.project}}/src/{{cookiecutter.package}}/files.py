"""Files and folders of this repository."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]


class Folders(BaseSettings):
    """Where data and artifacts are: environment variables, or lines in ``.env``."""

    model_config = SettingsConfigDict(
        env_file=ROOT / ".env", env_ignore_empty=True, extra="ignore"
    )

    data_dir: Path = ROOT / "data"
    artifacts_dir: Path = ROOT / "artifacts"


_FOLDERS = Folders()
DATA_DIR = _FOLDERS.data_dir.resolve()
ARTIFACTS_DIR = _FOLDERS.artifacts_dir.resolve()


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


@contextmanager
def working_folder() -> Iterator[Path]:
    """Work inside ``DATA_DIR``, as the notebook worked in its own folder."""
    if not DATA_DIR.is_dir():
        raise DataFileMissing(f"There is no data folder {DATA_DIR}. Make it, or set DATA_DIR.")
    before = Path.cwd()
    os.chdir(DATA_DIR)
    try:
        yield DATA_DIR
    finally:
        os.chdir(before)


def _expected(name: str) -> str:
    """Say what the notebook read under that name, where ``data/manifest.json`` knows it."""
    manifest = ROOT / "data" / "manifest.json"
    if not manifest.is_file():
        return ""
    known = json.loads(manifest.read_text(encoding="utf-8")).get(name)
    if known is None:
        return ""
    return f" The notebook read one of {known['size']:,} bytes with sha256 {known['sha256']}."
