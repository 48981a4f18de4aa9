"""From a tagged notebook to a service repository that provably answers what the notebook answered."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nb2prod.errors import ExitCode, Nb2ProdError, Problem
from nb2prod.version import VERSION

if TYPE_CHECKING:
    from nb2prod.inline.show import readiness
    from nb2prod.python.calling import recorded, resume, run, sweep
    from nb2prod.reporting import Pruned, report
    from nb2prod.sweeps.values import between

__version__ = VERSION

__all__ = [
    "ExitCode",
    "Nb2ProdError",
    "Problem",
    "Pruned",
    "__version__",
    "between",
    "readiness",
    "recorded",
    "report",
    "resume",
    "run",
    "sweep",
]

_WHERE = {
    "Pruned": "nb2prod.reporting",
    "between": "nb2prod.sweeps.values",
    "readiness": "nb2prod.inline.show",
    "recorded": "nb2prod.python.calling",
    "report": "nb2prod.reporting",
    "resume": "nb2prod.python.calling",
    "run": "nb2prod.python.calling",
    "sweep": "nb2prod.python.calling",
}


def __getattr__(name: str) -> Any:
    """Return what takes time to import, once somebody asks for it."""
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return the names that are there, those too that are not imported yet."""
    return sorted({*globals(), *_WHERE})


def load_ipython_extension(shell: Any) -> None:
    """Give IPython ``%readiness``: what ``%load_ext nb2prod`` calls."""
    import_module("nb2prod.inline.show").load_magics(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Take it away again."""
    import_module("nb2prod.inline.show").unload_magics(shell)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """Tell a Jupyter server where its part is."""
    return [{"module": "nb2prod.server"}]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Tell JupyterLab's tools for developers where a clone keeps what it has built."""
    return [{"src": "../labextension/built", "dest": "nb2prod"}]
