"""Parameter values of all kinds, drawn by Hypothesis: how many come back from the injected cell as what they were?"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from papermill.translators import PythonTranslator
from runs_making import notebook

from nb2prod.notebook.read import read_notebook
from nb2prod.runs.execute import execute
from nb2prod.runs.parameters.writing import Unwritable, injected_source, source_of
from tests.runs.parameters.test_round_trips import VALUES, same

PART, TITLE = "g", "parameter values through the injected cell"
AT_ONCE = 500
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)
SHOW = """
import json
from nb2prod.runs.parameters.writing import source_of
print(json.dumps([source_of(value) for value in values]))
"""


def values(kinds: Any, wanted: int) -> list[Any]:
    """Return values of these kinds, the same each time."""
    found: list[Any] = []

    @seed(1)
    @settings(max_examples=wanted, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(kinds)
    def draw(value: Any) -> None:
        found.append(value)

    draw()
    return found[:wanted]


def outcome(write: Callable[[dict[str, Any]], str], value: Any) -> str:
    """Return what becomes of a value: exact, refused, changed, raised."""
    namespace: dict[str, Any] = {}
    try:
        source = write({"x": value})
    except Unwritable:
        return "refused"
    except Exception:
        return "raised"
    try:
        exec(compile(source, "<cell>", "exec"), namespace)
    except Exception:
        return "raised"
    return "exact" if same(namespace["x"], value) else "changed"


def measure(quick: bool) -> Iterator[str]:
    wanted = 1_000 if quick else 10_000
    everything = values(VALUES, wanted)
    for kind, drawn in (("of all kinds", everything), ("that JSON has", values(JSON, wanted))):
        for name, write in (("nb2prod", injected_source), ("papermill", PythonTranslator.codify)):
            counts = Counter(outcome(write, value) for value in drawn)
            said = ", ".join(f"{counts[each]} {each}" for each in ("exact", "refused", "changed", "raised"))
            yield f"{len(drawn)} values {kind}, {name}: {said}"
    yield f"of all kinds, nb2prod, through a real kernel: {through_a_kernel(everything)} not as they were"


def through_a_kernel(drawn: list[Any]) -> int:
    """Return how many values a kernel has otherwise than they were given, as far as their source tells."""
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for first in range(0, len(drawn), AT_ONCE):
            some = drawn[first : first + AT_ONCE]
            read = read_notebook(notebook(Path(folder), "# nb2prod: parameters\nvalues = None", SHOW))
            run = execute(read, parameters={"values": some})
            told = json.loads(run.notebook.cells[2].outputs[0].text)
            wrong += sum(1 for text, value in zip(told, some, strict=True) if text != source_of(value))
    return wrong
