"""The notebook's own inference statements go in; they can be run again and again as if nothing had happened."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from typing import Any

from . import random_state
from .as_json import is_a, loaded
from .rebuilding import UnfitError

MAX_ITEMS = 200_000
"""How big a list or table may be that is copied so that the notebook's own stays as it is."""


class Silence:
    """Takes what is printed and forgets it."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        """Forget ``text``."""
        return len(text)

    def flush(self) -> None:
        """Do nothing."""

    def isatty(self) -> bool:
        """Return that nobody watches."""
        return False


@contextlib.contextmanager
def nothing_happened(namespace: dict[str, Any]) -> Iterator[None]:
    """Put namespace, random generators and open figures back at the end; let nothing be printed meanwhile."""
    before, states, figures = dict(namespace), random_state.states(), _figures()
    try:
        with contextlib.redirect_stdout(Silence()), contextlib.redirect_stderr(Silence()):
            yield
    finally:
        for name in set(namespace) - set(before):
            del namespace[name]
        namespace.update(before)
        random_state.restore(states)
        for number in _figures() - figures:
            loaded("matplotlib.pyplot").close(number)


def _figures() -> Any:
    pyplot = loaded("matplotlib.pyplot")
    return set(pyplot.get_fignums()) if pyplot is not None else set()


class Body:
    """The notebook's statements from the inputs to the output, to be run again and again."""

    def __init__(self, source: str, output: str, namespace: dict[str, Any]) -> None:
        self.code = compile(source, "<nb2prod inference>", "exec", dont_inherit=True)
        self.output = output
        self.namespace = namespace
        self.fragile = {name: namespace[name] for name in changeable(self.code, namespace)}
        self.states = random_state.states()

    def __call__(self, inputs: dict[str, Any]) -> Any:
        """Return the output for copies of ``inputs``, from the same random state each time."""
        random_state.restore(self.states)
        for name, value in {**self.fragile, **inputs}.items():
            self.namespace[name] = copied(value)
        exec(self.code, self.namespace)
        if self.output not in self.namespace:
            raise UnfitError(f"The inference section leaves no variable {self.output!r}.")
        return self.namespace[self.output]


def changeable(code: Any, namespace: dict[str, Any]) -> list[str]:
    """Return the names that ``code`` uses whose values it might change in place and that are small enough to copy."""
    found = []
    for name in code.co_names:
        value: Any = namespace.get(name)
        if type(value) in (list, dict, set):
            small = len(value) <= MAX_ITEMS
        elif is_a(value, "pandas", "DataFrame", "Series"):
            small = value.size <= MAX_ITEMS
        else:
            small = is_a(value, "numpy", "ndarray") and value.size <= MAX_ITEMS
        if small:
            found.append(name)
    return found


def copied(value: Any) -> Any:
    """Return a deep copy, or the value itself where it cannot be copied."""
    try:
        return copy.deepcopy(value)
    except Exception:
        return value
