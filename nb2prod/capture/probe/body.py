"""The notebook's own inference statements go in; they can be run again and again as if nothing had happened."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from typing import Any

from . import random_state
from .as_json import loaded
from .rebuilding import UnfitError


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
        self.states = random_state.states()

    def __call__(self, inputs: dict[str, Any]) -> Any:
        """Return the output for copies of ``inputs``, from the same random state each time."""
        random_state.restore(self.states)
        for name, value in inputs.items():
            self.namespace[name] = copied(value)
        exec(self.code, self.namespace)
        if self.output not in self.namespace:
            raise UnfitError(f"The inference section leaves no variable {self.output!r}.")
        return self.namespace[self.output]


def copied(value: Any) -> Any:
    """Return a deep copy, or the value itself where it cannot be copied."""
    try:
        return copy.deepcopy(value)
    except Exception:
        return value
