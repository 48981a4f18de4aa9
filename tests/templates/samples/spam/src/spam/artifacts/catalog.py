"""The artifacts: their files and how they are written and read."""

from . import json_file, sklearn_file
from .entry import Entry

CATALOG: dict[str, Entry] = {
    "model": Entry("model.skops", sklearn_file),
    "names": Entry("names.json", json_file),
}
