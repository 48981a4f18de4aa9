"""nbformat, loaded without what it has no use for."""

from __future__ import annotations

import sys
from types import ModuleType

IRI_GRAMMAR = "rfc3987_syntax"
"""What jsonschema checks internationalised addresses with, where it is installed, as beside Jupyter. Loading it builds
an Earley grammar, a second at best; no schema of a notebook has such an address."""


def load_nbformat() -> ModuleType:
    """Return nbformat; call it before anything that imports nbformat, such as papermill."""
    hidden = "jsonschema" not in sys.modules and IRI_GRAMMAR not in sys.modules
    if hidden:
        sys.modules[IRI_GRAMMAR] = None  # type: ignore[assignment]  # Python's way to say that it is not there
    try:
        import nbformat
    finally:
        if hidden:
            del sys.modules[IRI_GRAMMAR]
    return nbformat
