"""The inference section: what is asked, what is answered, and the statements in between."""

from nb2prod.analysis.inference.find import find_inference
from nb2prod.analysis.inference.model import Inference

__all__ = ["Inference", "find_inference"]
