"""What a kernel has run since it was started, and whether a copy of its process can be asked. Needs nothing else."""

# ruff: noqa: PTH109
from __future__ import annotations

import json
import os
import sys

UNFIT = {
    "cudf": "GPU memory",
    "dask.distributed": "connections",
    "jax": "threads",
    "polars": "threads",
    "pyspark": "connections",
    "ray": "connections",
    "tensorflow": "threads",
}
"""Libraries and what they hold that a copy of the process cannot go on with."""


def standing() -> str:
    """Return, as JSON: ``ran`` (every input, in order), ``folder``, ``since`` (when the kernel was started, in seconds
    since 1970) and ``unfit`` (why a copy of the process cannot be asked)."""
    from IPython import get_ipython

    history = get_ipython().history_manager
    said = {
        "ran": list(history.input_hist_raw[1:]),
        "folder": os.path.realpath(os.getcwd()),
        "since": _started(),
        "unfit": _unfit(),
    }
    return json.dumps(said)


def _started() -> float:
    try:
        import psutil  # type: ignore[import-untyped]  # ipykernel needs it as well

        return float(psutil.Process().create_time())
    except Exception:
        return 0.0


def _unfit() -> list[str]:
    if not hasattr(os, "fork"):
        return ["processes of this operating system cannot be copied"]
    found = [
        f"`{name}` is loaded, and the {what} that it has do not outlive a copy of the process"
        for name, what in UNFIT.items()
        if name in sys.modules
    ]
    cuda = getattr(sys.modules.get("torch"), "cuda", None)
    if cuda is not None and cuda.is_initialized():
        found.append("PyTorch holds memory of a GPU, which a copy of the process does not have")
    return found
