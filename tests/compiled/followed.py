"""Code in a package of its own: what answers its records by straight lines, and what answers all of them."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

NAMES = itertools.count()
MODULES = (
    "estimators",
    "not_light",
    "reading",
    *(f"straight.{each}" for each in ("asking", "hidden", "plain", "pure", "trace", "tree")),
)


@dataclass
class Code:
    """The modules of a package whose inference is some code."""

    of: dict[str, Any]

    @classmethod
    def written(cls, code: str, lit: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Code:
        """Write the package, with all that compiles."""
        name = f"followed_{next(NAMES)}"
        (folder / name).mkdir()
        (folder / name / "__init__.py").touch()
        (folder / name / "compiled").symlink_to(lit / "compiled", target_is_directory=True)
        (folder / name / "inference.py").write_text(code)
        monkeypatch.syspath_prepend(str(folder))
        importlib.import_module(f"{name}.inference")  # as in a service, where the notebook's own code is, too
        return cls({each: importlib.import_module(f"{name}.compiled.{each}") for each in MODULES})

    def ways(
        self, records: Sequence[Any], inputs: dict[str, str], fitted: dict[str, Any], **settings: Any
    ) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
        """Return what answers a record by straight lines, raising ``Elsewhere``, and what answers all.

        ``inputs`` holds what each argument is of ``record``, as text.
        """
        of, made = self.of, None
        stand_ins = {name: of["estimators"].stand_in(each) for name, each in fitted.items()}
        reader, names = of["straight.pure"].PureReader(), of["straight.trace"].Names()
        predict = of["straight.pure"].pure_predict(reader)
        for record in records:
            before = reader.state()
            with (
                suppress(of["not_light"].NotLight),
                of["straight.trace"].tracing(of["straight.trace"].Trace(names, record)) as trace,
            ):
                asked = {name: of["straight.asking"].TracedStandIn(trace, each) for name, each in stand_ins.items()}
                given = {name: of["straight.plain"].outcome(trace, text) for name, text in inputs.items()}
                output = predict(**given, **asked, **settings)
                way = of["straight.tree"].branch_of(trace.steps, of["straight.hidden"].again(trace, output))
                assert not trace.broken and reader.state() == before
                if made is None:
                    made = way
                else:
                    of["straight.tree"].grow(made, way)
        assert made is not None, "nothing could be followed"

        def elsewhere(record: Any) -> Any:
            raise of["straight.tree"].Elsewhere

        def rows(record: Any) -> Any:
            given = {name: eval(text, {"record": record}) for name, text in inputs.items()}
            return light(**given, **stand_ins, **settings)

        light = of["reading"].load_light()
        return of["straight.tree"].function_of(of["straight.tree"].source(made, False), names, elsewhere), rows


def seen(output: Any) -> Any:
    """Return an answer as plain data; numbers with the digits that do not depend on the order of a sum."""
    if type(output).__name__ == "Row":
        return {label: (seen(cell.value), cell.kind) for label, cell in output.items()}
    if isinstance(output, dict):
        return {key: seen(value) for key, value in output.items()}
    if isinstance(output, list | tuple):
        return [type(output).__name__, *map(seen, output)]
    if isinstance(output, float):
        return f"{output:.12g}"
    return repr(output.tolist() if hasattr(output, "tolist") else output)
