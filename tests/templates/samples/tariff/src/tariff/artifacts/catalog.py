"""The artifacts: their files and how they are written and read."""

from . import json_file, numpy_file
from .entry import Entry

CATALOG: dict[str, Entry] = {
    "coefficients": Entry("coefficients.npy", numpy_file),
    "factors": Entry("factors.json", json_file),
}
