"""From a tagged notebook to a service repository that provably answers what the notebook answered."""

from __future__ import annotations

from nb2prod.errors import ExitCode, Nb2ProdError, Problem

__version__ = "0.1.0"

__all__ = ["ExitCode", "Nb2ProdError", "Problem", "__version__"]
