"""Which random generators a piece of code has moved, and how to put them back."""

from __future__ import annotations

from typing import Any

from .as_json import loaded

RANDOM, NUMPY, TORCH = "<random>", "<numpy.random>", "<torch.random>"
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
