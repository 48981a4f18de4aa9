"""What stands for something of a library that is not there: it may be named, and not used."""

from __future__ import annotations

from typing import Any


class NotInstalled(Exception):
    """The notebook's own code was asked, and what it imports is not there."""


class Absent:
    """Something of a library that is not there: it may be named, as in annotations, and raises when it is used."""

    def __init__(self, name: str) -> None:
        self.__dict__["_name"] = name

    def __getattr__(self, name: str) -> Absent:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent(f"{self._name}.{name}")

    def __getitem__(self, item: Any) -> Absent:
        return self

    def __or__(self, other: Any) -> Absent:
        return self

    __ror__ = __or__

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return ()

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        raise NotInstalled(f"{self._name} is not installed")
