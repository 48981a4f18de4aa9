"""``make explain-row``: the value after each step between one record and its answer."""

from __future__ import annotations

import json
import linecache
import reprlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from types import FrameType
from typing import Any

from .model import Model
from .schema import EXAMPLE, check

WIDTH = 160
MOST_STEPS = 2000
"""After which no more are noted, as in a loop over every letter."""
PACKAGE = Path(__file__).parent
PLAIN = (bool, int, float, str, bytes, list, tuple, dict, set)
PRINTER = reprlib.Repr()
PRINTER.maxstring = PRINTER.maxother = PRINTER.maxlong = WIDTH
PRINTER.maxlist = PRINTER.maxdict = PRINTER.maxtuple = PRINTER.maxset = 20
NOT_SHOWN = {"model.py", "explain_row.py"}
"""Modules beside the notebook's own code."""


@dataclass(frozen=True)
class Step:
    """A name and the value that it has after a line."""

    place: str
    code: str
    name: str
    value: str


class Tracer:
    """Watches the notebook's own code and keeps what each line changes."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._kept: dict[int, tuple[Any, str]] = {}

    def begin(self, frame: FrameType, event: str, argument: Any) -> Callable[..., Any] | None:
        """Watch a function that lies in the package itself."""
        path = Path(frame.f_code.co_filename)
        if len(self.steps) >= MOST_STEPS or path.parent != PACKAGE or path.name in NOT_SHOWN or frame.f_code.co_name.startswith("<"):
            return None
        seen: dict[str, str] = {}
        self._note(frame, seen, frame.f_lineno)
        last = frame.f_lineno

        def watch(frame: FrameType, event: str, argument: Any) -> Callable[..., Any]:
            nonlocal last
            if len(self.steps) >= MOST_STEPS:
                return watch
            self._note(frame, seen, last)
            if event == "return":
                self._add(frame, frame.f_lineno, "returns", shown(argument))
            last = frame.f_lineno
            return watch

        return watch

    def _note(self, frame: FrameType, seen: dict[str, str], line: int) -> None:
        """Keep the names whose values are not those that were seen."""
        for name, value in list(frame.f_locals.items()):
            text = self._text(value)
            if seen.get(name) != text:
                seen[name] = text
                self._add(frame, line, name, text)

    def _text(self, value: Any) -> str:
        """Return a value on one line; of a model or the like, which is slow to print, once."""
        if isinstance(value, PLAIN) or hasattr(value, "shape"):
            return shown(value)
        if id(value) not in self._kept:
            self._kept[id(value)] = value, shown(value)
        return self._kept[id(value)][1]

    def _add(self, frame: FrameType, line: int, name: str, text: str) -> None:
        path = frame.f_code.co_filename
        place = f"{Path(path).name}:{line}, {frame.f_code.co_name}"
        self.steps.append(Step(place, linecache.getline(path, line).strip(), name, text))


def shown(value: Any) -> str:
    """Return a value on one line, as far as it fits; a table as its rows."""
    try:
        table = hasattr(value, "columns") and hasattr(value, "to_dict")
        text = str(value.head(3).to_dict("records")) if table else PRINTER.repr(value)
    except Exception as error:
        text = f"<{type(value).__name__}, which cannot be shown: {type(error).__name__}>"
    return shorten(text, WIDTH, placeholder=" ...")


def explain(model: Model, record: Any) -> tuple[list[Step], Any]:
    """Return every step on the way to the answer for one record, and the answer.

    Raises:
        ValueError: if the record is not what the schema asks for; with every problem.
    """
    problems = [f"{problem.field or 'record'}: {problem.message}" for problem in check([record])]
    if problems:
        raise ValueError("\n".join(problems))
    tracer, before = Tracer(), sys.gettrace()
    sys.settrace(tracer.begin)
    try:
        answer = model.predict([record], quickly=False)[0]
    finally:
        sys.settrace(before)
    return tracer.steps, answer


def main() -> None:
    """Explain the record that the command line gives as JSON, else the example."""
    example = None if EXAMPLE is None else EXAMPLE["request"]
    try:
        record = json.loads(sys.argv[1]) if len(sys.argv) > 1 else example
        steps, answer = explain(Model.load(), record)
    except ValueError as error:
        raise SystemExit(str(error)) from None
    for step in steps:
        print(f"{step.place}: {step.code}\n    {step.name}: {step.value}")
    print(f"answer: {json.dumps(answer, ensure_ascii=False)}")


if __name__ == "__main__":
    main()
