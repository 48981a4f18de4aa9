"""Which version this is: a leaf, for whoever has to say it."""

from __future__ import annotations

VERSION = "0.1.0"
