"""Libraries that the code imports and perhaps never uses: they are imported when something is asked of them, unless there
is something of our own in its place."""

from __future__ import annotations

import importlib
from typing import Any

from .in_place import IN_PLACE
from .not_light import NotLight


class Later:
    """A module, or something in one, that is imported at its first use."""

    def __init__(self, module: str, path: tuple[str, ...] = ()) -> None:
        self.__dict__.update(_module=module, _path=path)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Later(self._module, (*self._path, name))

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self._real()(*arguments, **named)

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[Any, ...]:
        return (self._real(),)

    def __instancecheck__(self, instance: object) -> bool:
        raise NotLight(f"isinstance with {self._said()}")

    def _left(self, *_: Any) -> Any:
        raise NotLight(f"{self._said()} as a value")

    __bool__ = __eq__ = __str__ = __len__ = __iter__ = _left
    __hash__ = None  # type: ignore[assignment]

    def __or__(self, other: Any) -> Any:
        return self

    __ror__ = __or__

    def _said(self) -> str:
        return ".".join((self._module, *self._path))

    def _real(self) -> Any:
        """Import it, or return what stands in its place."""
        if self._said() in IN_PLACE:
            return IN_PLACE[self._said()]
        module, path = self._module, list(self._path)
        found: Any = importlib.import_module(module)
        while path:
            name = path.pop(0)
            if not hasattr(found, name):
                importlib.import_module(f"{module}.{name}")
            found, module = getattr(found, name), f"{module}.{name}"
        return found
