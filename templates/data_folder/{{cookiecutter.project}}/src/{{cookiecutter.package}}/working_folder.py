"""The folder that the notebook's code reads its files in, as it stood in its own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .files import DATA_DIR, DataFileMissing


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
