"""The artifacts: their files and how they are written and read."""

from .. import inference
from . import json_file, torch_file
from .entry import Entry

CATALOG: dict[str, Entry] = {
    "model": Entry("model.safetensors", torch_file, build=inference.build_model, needs=("n_features",)),
    "n_features": Entry("n_features.json", json_file),
}
