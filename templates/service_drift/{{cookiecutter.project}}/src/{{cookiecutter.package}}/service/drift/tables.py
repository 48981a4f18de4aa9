"""The pipeline's parameters in, what it reads and loads out: without training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest import mock

from ... import pipeline
from ...parameters import Parameters


class Loaded(Exception):
    """The data is loaded, and nothing more is wanted of the pipeline."""


def tables(parameters: Mapping[str, Any]) -> list[tuple[str, bool, Any]]:
    """Return what the pipeline reads and what it loads, as it is then, each with where it is from."""
    found: list[tuple[str, bool, Any]] = []
    load = getattr(pipeline, "load_data", None)
    if load is None:
        return []

    def loading(*given: Any) -> Any:
        value = load(*given)
        handed = value._asdict() if hasattr(value, "_asdict") else {"": value}
        for name, part in handed.items():
            found.append((f"{name} of load_data" if name else "what load_data gives", True, part))
        raise Loaded

    instead = mock.patch.object(pipeline, "load_data", loading)
    with suppress(Loaded), instead, watched_readers(found):
        pipeline.run(Parameters(**parameters))
    return found


@contextmanager
def watched_readers(found: list[tuple[str, bool, Any]]) -> Iterator[None]:
    """Keep what pandas reads from files meanwhile."""
    try:
        import pandas
    except ImportError:
        yield
        return

    def watched(read: Any) -> Any:
        def reading(*given: Any, **named: Any) -> Any:
            value = read(*given, **named)
            if isinstance(value, pandas.DataFrame):
                place = Path(str(given[0])).name if given and isinstance(given[0], (str, Path)) else "a file"
                found.append((f"{place}, as it is read", False, value.copy()))
            return value

        return reading

    readers = {name: watched(getattr(pandas, name)) for name in dir(pandas) if name.startswith("read_")}
    with mock.patch.multiple(pandas, **readers):
        yield
