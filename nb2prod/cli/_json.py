"""Results as programs read them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from nb2prod.cli._failures import SCHEMA_VERSION
from nb2prod.cli._visible import json_text


def print_json(value: Mapping[str, Any]) -> None:
    """Print exactly one JSON object on stdout."""
    sys.stdout.write(json_text({"schema_version": SCHEMA_VERSION, **value}, indent=2) + "\n")
