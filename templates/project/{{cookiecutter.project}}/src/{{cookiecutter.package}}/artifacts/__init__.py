"""Fitted objects on disk: the pipeline writes them, the service checks and reads them."""

from .loading import Loaded, load
from .record import ArtifactError
from .replacing import replace, roll_back
from .saving import save

__all__ = ["ArtifactError", "Loaded", "load", "replace", "roll_back", "save"]
