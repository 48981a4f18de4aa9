"""Calls that set seeds, and imports that draw random numbers: seen from the import system, which is put back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from .as_json import loaded
from .random_state import LABELS, fingerprints

SEEDS = {"random": "seed", "numpy.random": "seed", "torch.random": "manual_seed"}


class SeedWatch:
    """Notes calls that set seeds while it is on, and what imports do to the generators; leaves nothing behind."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.expected: dict[str, Any] = {}
        """States of the generators as the code itself has left them: what an import does to them is not its doing."""
        self.drawn: set[str] = set()
        """Generators that the code has moved before its latest import."""
        self._importing = 0
        self._wrapped: list[tuple[str, Any, Any]] = []

    def put_on(self) -> None:
        """Wrap the seeding functions of modules that are loaded, and of the others when they are."""
        for name in SEEDS:
            if loaded(name) is not None:
                self.wrap(name)
        sys.meta_path.insert(0, self)

    def take_off(self, namespace: dict[str, Any]) -> None:
        """Put everything back, also where the notebook has imported a wrapped function by name."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        places: list[dict[str, Any]] = [namespace]
        places += [vars(loaded(name)) for name in (*SEEDS, "torch", "numpy.random.mtrand") if loaded(name) is not None]
        for place in places:
            for name, value in list(place.items()):
                for _, original, wrapper in self._wrapped:
                    if value is wrapper:
                        place[name] = original

    def wrap(self, module: str) -> None:
        """Replace the module's seeding function by one that notes the call."""
        original = getattr(sys.modules[module], SEEDS[module], None)
        if original is None or any(original is wrapper for _, _, wrapper in self._wrapped):
            return
        wrapper = _noting(original, LABELS[module], self.calls)
        self._wrapped.append((module, original, wrapper))
        setattr(sys.modules[module], SEEDS[module], wrapper)

    def expect(self) -> None:
        """Begin to compare from here."""
        self.expected, self.drawn = fingerprints(), set()

    def load(self, module: Any, load: Callable[[Any], None]) -> None:
        """Load a module; an outermost import is no use of the generators that it moves (rich draws ids, say)."""
        outermost = not self._importing
        if outermost:
            now = fingerprints()
            self.drawn |= {name for name in now if name in self.expected and now[name] != self.expected[name]}
        self._importing += 1
        try:
            load(module)
        finally:
            self._importing -= 1
            if outermost:
                now = fingerprints()
                self.expected.update({name: now[name] for name in now if name in self.expected})
        if module.__name__ in SEEDS:
            self.wrap(module.__name__)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any | None:
        """Find a module as the other finders do; have it wrapped once it is loaded."""
        if name not in SEEDS and self._importing:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else getattr(finder, "find_spec", lambda *_: None)(name, path, target)
            if spec is not None and hasattr(spec.loader, "exec_module"):
                spec.loader = _Loader(spec.loader, self)
                return spec
        return None


class _Loader:
    """The real loader, and a word to the watch when it is done."""

    def __init__(self, real: Any, watch: SeedWatch) -> None:
        self._real = real
        self._watch = watch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def create_module(self, spec: Any) -> Any:
        """As the real one."""
        return self._real.create_module(spec)

    def exec_module(self, module: Any) -> None:
        """As the real one, which is then all that remains of us in the module."""
        module.__spec__.loader = module.__loader__ = self._real
        self._watch.load(module, self._real.exec_module)


def _noting(original: Callable[..., Any], label: str, calls: list[str]) -> Callable[..., Any]:
    own = label.split(".")[0]

    def seed(*args: Any, **kwargs: Any) -> Any:
        caller = str(sys._getframe(1).f_globals.get("__name__", "")).split(".")[0]
        if caller not in (own, *getattr(sys, "stdlib_module_names", ("multiprocessing",))):
            parts = [repr(arg)[:80] for arg in args]
            parts += [f"{name}={repr(value)[:80]}" for name, value in kwargs.items()]
            calls.append("{}({})".format(label, ", ".join(parts)))
        return original(*args, **kwargs)

    seed.__name__ = getattr(original, "__name__", "seed")
    seed.__qualname__ = getattr(original, "__qualname__", seed.__name__)
    seed.__doc__ = original.__doc__
    seed.__module__ = getattr(original, "__module__", None) or own
    return seed
