"""From a tagged notebook to a service repository that provably answers what the notebook answered."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nb2prod.errors import ExitCode, Nb2ProdError, Problem

if TYPE_CHECKING:
    from nb2prod.inline import readiness

__version__ = "0.1.0"

__all__ = ["ExitCode", "Nb2ProdError", "Problem", "__version__", "readiness"]


def __getattr__(name: str) -> Any:
    """Return what takes time to import, once somebody asks for it."""
    if name == "readiness":
        return import_module("nb2prod.inline").readiness
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_ipython_extension(shell: Any) -> None:
    """Give IPython ``%readiness``: what ``%load_ext nb2prod`` calls."""
    import_module("nb2prod.inline").load_magics(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Take it away again."""
    import_module("nb2prod.inline").unload_magics(shell)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """Tell a Jupyter server where its part is."""
    return [{"module": "nb2prod.server"}]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Tell JupyterLab's tools for developers where a clone keeps what it has built."""
    return [{"src": "../labextension/built", "dest": "nb2prod"}]
