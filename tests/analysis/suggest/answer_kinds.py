"""Notebooks that go on with what their models say, and what a service should answer for them: cells, expression."""

from __future__ import annotations

from tests.analysis.suggest.answers_asked import ASKED
from tests.analysis.suggest.answers_changed import CHANGED

KINDS: dict[str, tuple[list[str], str]] = {**CHANGED, **ASKED}
