"""The artifacts: their files and how they are written and read."""

from . import json_file, sklearn_file
from .entry import Entry

CATALOG: dict[str, Entry] = {
    "pipeline": Entry("pipeline.skops", sklearn_file),
    "threshold": Entry("threshold.json", json_file),
}
