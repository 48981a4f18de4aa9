"""What libraries' functions and methods do with rows: one readable TOML file for each library beside this."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from nb2prod.analysis.knowledge import nearest


@dataclass(frozen=True)
class Operations:
    """Names by what they do: ``row``, ``learns``, ``training``, ``stuck`` and a few more, as the files say."""

    methods: dict[str, frozenset[str]]
    attributes: dict[str, frozenset[str]]
    accessors: dict[str, frozenset[str]]
    functions: dict[str, frozenset[str]]
    reading: dict[str, frozenset[str]]
    tools: dict[str, frozenset[str]]

    def function(self, path: str) -> str:
        """Return what a function does, or an empty string."""
        return _longest(self.functions, path)

    def reads(self, path: str) -> str:
        """Return the shape of what a function that gives raw rows gives, or an empty string."""
        return _longest(self.reading, path)


def _longest(table: dict[str, frozenset[str]], path: str) -> str:
    found = [(len(prefix), what) for what, names in table.items() if (prefix := nearest(names, path)) is not None]
    return max(found)[1] if found else ""


@cache
def load_operations() -> Operations:
    """Return what all the files say."""
    tables = [
        tomllib.loads(file.read_text(encoding="utf-8"))
        for file in sorted(resources.files(__package__).iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
    ]
    return Operations(
        *(
            _joined(table.get(key, {}) for table in tables)
            for key in ("methods", "attributes", "accessors", "functions", "reading", "tools")
        )
    )


def _joined(tables: Iterable[dict[str, Any]]) -> dict[str, frozenset[str]]:
    joined: dict[str, frozenset[str]] = {}
    for table in tables:
        for what, names in table.items():
            joined[what] = joined.get(what, frozenset()) | frozenset(names)
    return joined
