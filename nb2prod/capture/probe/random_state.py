"""Which random generators a piece of code has moved, which seeds were set, and how to put the generators back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from .as_json import loaded

RANDOM, NUMPY, TORCH = "<random>", "<numpy.random>", "<torch.random>"
SEEDS = {"random": "seed", "numpy.random": "seed", "torch.random": "manual_seed"}
LABELS = {"random": "random.seed", "numpy.random": "numpy.random.seed", "torch.random": "torch.manual_seed"}
_NUMPY_FRESH = 623
"""Position of a Mersenne Twister from which nothing was drawn since it was seeded, at least."""


def fingerprints() -> dict[str, Any]:
    """Return something comparable for the state of every global generator that is loaded."""
    found: dict[str, Any] = {}
    for name, state in states().items():
        if name == NUMPY:
            found[name] = (state[0], state[1].tobytes(), state[2:]) if isinstance(state, tuple) else repr(state)
        elif name == TORCH:
            found[name] = bytes(state.tolist())
        else:
            found[name] = hash(state)
    return found


def states() -> dict[str, Any]:
    """Return the states themselves."""
    found: dict[str, Any] = {}
    for name, module, getter in (
        (RANDOM, "random", "getstate"),
        (NUMPY, "numpy.random", "get_state"),
        (TORCH, "torch.random", "get_rng_state"),
    ):
        get = getattr(loaded(module), getter, None)
        if get is not None:
            try:
                found[name] = get()
            except Exception:
                continue  # a module that is only half imported, or a stand-in of the notebook's
    return found


def restore(saved: dict[str, Any]) -> None:
    """Put the generators back to what ``states`` has returned."""
    setters = {RANDOM: ("random", "setstate"), NUMPY: ("numpy.random", "set_state"), TORCH: ("torch", "set_rng_state")}
    for name, state in saved.items():
        module, setter = setters[name]
        getattr(loaded(module), setter)(state)


def moved(before: dict[str, Any], seeded: tuple[str, ...] = ()) -> list[str]:
    """Return the generators whose state is not what it was ``before``, or that were loaded since and used, or seeded
    (``seeded``: labels of calls)."""
    after = fingerprints()
    names = [name for name in after if name in before and after[name] != before[name]]
    names += [name for name in after if name not in before and _used_since_import(name)]
    for module, label in LABELS.items():
        name = f"<{module}>"
        if any(text.startswith(label + "(") for text in seeded) and name not in names:
            names.append(name)
    return sorted(names)


def _used_since_import(name: str) -> bool:
    state = states()[name]
    if name == NUMPY:
        return isinstance(state, tuple) and (state[2] < _NUMPY_FRESH or bool(state[3]))
    if name == TORCH:
        return not bool(state.equal(loaded("torch").Generator().get_state()))
    return False


class SeedWatch:
    """Notes calls that set seeds while it is on; leaves nothing behind when it is taken off."""

    def __init__(self) -> None:
        self.calls: list[str] = []
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

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any | None:
        """Find a module as the other finders do; have it wrapped once it is loaded."""
        if name not in SEEDS:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else getattr(finder, "find_spec", lambda *_: None)(name, path, target)
            if spec is not None and spec.loader is not None:
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
        self._real.exec_module(module)
        self._watch.wrap(module.__name__)


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
