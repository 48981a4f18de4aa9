"""Any Python object, pickled.

A pickle EXECUTES what it contains when it is loaded. Its sha256 is checked before, and that is all
that can be checked: load it only from a repository that you trust as you trust its code.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cloudpickle


def save(value: Any, path: Path) -> dict[str, Any]:
    """Write the object."""
    path.write_bytes(cloudpickle.dumps(value, protocol=5))
    return {}


def load(path: Path, details: Mapping[str, Any], build: Any = None) -> Any:
    """Return the object; whatever code its file contains is executed."""
    return cloudpickle.loads(path.read_bytes())
