"""What is said to be shared is the same in runs that know nothing of each other, for notebooks made at random."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nb2prod.notebook.read import draft_of
from nb2prod.sweeps.model import Sharing
from nb2prod.sweeps.rows import key_of
from nb2prod.sweeps.sharing import branches_of, shared_cells
from tests.making import as_notebook
from tests.sweeps.programs import DEFINITIONS, IMPORTS, LINES, filled
from tests.sweeps.running import Trace, independent, sharing

PARAMETERS = "a = 1\nb = 2"
ROWS = [{"a": a, "b": b} for a, b in itertools.product((1, 5), (2, 7))]
FIRST = ["v0, v1, v2 = 1, [2], None", "f0 = f1 = abs", "g0 = list", "registry = []", "class k0:\n    n = 1"]


@st.composite
def programs(draw: st.DrawFn, pieces_of: Sequence[str] = (*LINES, *LINES, *DEFINITIONS)) -> tuple[list[str], int]:
    """Return cells, the parameters among them, and the index in front of which values are set."""

    def choose(values: list[str]) -> str:
        return draw(st.sampled_from(values))

    sources = st.sampled_from(list(pieces_of))
    cells = []
    for _ in range(draw(st.integers(1, 8))):
        pieces = [filled(draw(sources), choose) for _ in range(draw(st.integers(1, 2)))]
        cells.append("\n".join(pieces))
    place = draw(st.integers(0, 1))
    begins = ["\n".join(IMPORTS), "\n".join(FIRST)]
    return [*begins, *cells[:place], PARAMETERS, *cells[place:]], len(begins) + min(place, len(cells)) + 1


def said_of(cells: list[str], injected: int, folder: Path) -> Sharing:
    tagged = [("parameters" if index == injected - 1 else None, source) for index, source in enumerate(cells)]
    return shared_cells(draft_of(as_notebook(tagged), folder / "notebook.ipynb"), ["a", "b"])


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(program=programs())
def test_shared_cells_are_the_same_in_independent_runs(
    program: tuple[list[str], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NB2PROD_TEST", "")
    cells, injected = program
    tmp_path.joinpath("data.txt").write_text("1")
    tmp_path.joinpath("other.txt").unlink(missing_ok=True)
    said = said_of(cells, injected, tmp_path)
    traces = independent(cells, injected, ROWS, tmp_path)
    for stage in said.stages:
        for one, other in itertools.combinations(range(len(ROWS)), 2):
            if stage.stop > stage.start and key_of(ROWS[one], stage.names) == key_of(ROWS[other], stage.names):
                assert _seen(traces[one], stage.stop) == _seen(traces[other], stage.stop), (cells, said)


OF_ONE_RUN = ("random", "time.", "uuid", "open", "exists")
"""What differs each time differs, and files are what other runs have left."""


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(program=programs([each for each in (*LINES, *DEFINITIONS) if not any(said in each for said in OF_ONE_RUN)]))
@example(program=(["", "", PARAMETERS, "a = a * 100", "v0 = a + b"], 3))
@example(program=(["", "", PARAMETERS, "a = [a]", "v0 = a + [b]", "del a", "v1 = b, 'a' in globals()"], 3))
def test_runs_that_share_end_as_they_would_alone(
    program: tuple[list[str], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NB2PROD_TEST", "")
    cells, injected = program
    said = said_of(cells, injected, tmp_path)
    alone = independent(cells, injected, ROWS, tmp_path)
    together = sharing(cells, injected, ROWS, branches_of(said, ROWS), tmp_path)
    for one, other in zip(alone, together, strict=True):
        assert one.printed == other.printed, (cells, said)
        assert one.end == other.end, (cells, said)


def _seen(trace: Trace, stop: int) -> tuple[list[str], dict[str, object]]:
    state = {name: value for name, value in trace.states[stop - 1].items() if name not in ("a", "b")}
    return trace.printed[:stop], state
