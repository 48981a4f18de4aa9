"""Plain data for people, or for programs that show it to them, to the same without the secrets in its texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb2prod.rules.secret_texts import redacted


def shown(value: Any) -> Any:
    """Return what is made of mappings, lists, texts and numbers with ``***`` in place of each secret."""
    return _shown(value, {})


def _shown(value: Any, known: dict[str, str]) -> Any:
    if isinstance(value, str):
        if value not in known:
            known[value] = redacted(value)
        return known[value]
    if isinstance(value, Mapping):
        return {name: _shown(each, known) for name, each in value.items()}
    return [_shown(each, known) for each in value] if isinstance(value, list | tuple) else value
