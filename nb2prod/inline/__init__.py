"""What a running kernel shows inside the notebook: its readiness, as a widget, by a function and a magic."""

from __future__ import annotations

from nb2prod.inline.show import load_magics, readiness, unload_magics
from nb2prod.inline.widget import Readiness

__all__ = ["Readiness", "load_magics", "readiness", "unload_magics"]
