"""From a tagged notebook to a service repository that provably answers what the notebook answered."""

from __future__ import annotations

from nb2prod.errors import ExitCode, Nb2ProdError, Problem

__version__ = "0.1.0"

__all__ = ["ExitCode", "Nb2ProdError", "Problem", "__version__"]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """Tell a Jupyter server where its part is."""
    return [{"module": "nb2prod.server"}]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Tell JupyterLab's tools for developers where a clone keeps what it has built."""
    return [{"src": "../labextension/built", "dest": "nb2prod"}]
