"""The notebook's own rows and answers, and how answers are compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from {{ cookiecutter.package }} import comparing
from {{ cookiecutter.package }}.comparing import Tolerance, floats

__all__ = ["REQUESTS", "RESPONSES", "difference", "floats"]

FOLDER = Path(__file__).parent / "parity"


def _read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


REQUESTS: list[Any] = _read("requests.json")
RESPONSES: list[Any] = _read("responses.json")
TOLERANCE = Tolerance.of(_read("tolerance.json"), RESPONSES, exactly=False)


def difference(actual: Any, expected: Any) -> str | None:
    """Say where two answers differ; numbers with a fraction may differ by the tolerance."""
    return comparing.difference(actual, expected, TOLERANCE)
