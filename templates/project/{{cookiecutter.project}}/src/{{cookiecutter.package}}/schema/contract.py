"""``schema.json``, read once."""

import json
from pathlib import Path
from typing import Any

_CONTRACT: dict[str, Any] = json.loads(
    Path(__file__).resolve().parents[1].joinpath("schema.json").read_text(encoding="utf-8")
)

REQUEST: dict[str, Any] = _CONTRACT["request"]
RESPONSE: dict[str, Any] = _CONTRACT["response"]
EXAMPLE: dict[str, Any] | None = _CONTRACT.get("example")
"""A real ``request`` record and its ``response``, from the notebook."""
USUAL: dict[str, Any] = _CONTRACT.get("usual", {})
"""What the notebook's rows had often enough to call other values unusual."""
