"""The shell of the kernel that this process is, if it is one; importing this costs nothing."""

from __future__ import annotations

import sys
from typing import Any


def kernel_shell() -> Any:
    """Return the shell of the kernel that this is; ``None`` in a script or a terminal, where nothing has to follow."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    shell = get_ipython()
    return shell if getattr(shell, "kernel", None) is not None else None
