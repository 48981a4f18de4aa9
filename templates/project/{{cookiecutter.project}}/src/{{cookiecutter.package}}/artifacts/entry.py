"""What the catalog says of an artifact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol


class Kind(Protocol):
    """A module that writes and reads one kind of artifact, such as ``json_file``."""

    __name__: str

    def save(self, value: Any, path: Path) -> dict[str, Any]:
        """Write the file; return details that ``load`` needs and that belong into the record."""

    def load(self, path: Path, details: Mapping[str, Any], build: Callable[[], Any] | None) -> Any:
        """Read the file. ``build`` makes the empty object for kinds that save only its state."""


@dataclass(frozen=True)
class Entry:
    """One artifact: its file, how it is written and read, and what builds it empty."""

    file: str
    kind: Kind
    build: Callable[..., Any] | None = None
    needs: tuple[str, ...] = ()
    """Other artifacts that ``build`` takes by keyword."""

    def load(self, folder: Path, details: Mapping[str, Any], others: Mapping[str, Any]) -> Any:
        """Read the artifact from its file."""
        build = self.build and partial(self.build, **{name: others[name] for name in self.needs})
        return self.kind.load(folder / self.file, details, build)
