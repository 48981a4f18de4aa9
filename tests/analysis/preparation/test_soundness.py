"""Small random programs prepare a table: what is split gives what the program gave, row by row, or it is refused."""

from __future__ import annotations

import contextlib
import io
import os
import warnings
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from nb2prod.analysis.preparation.model import NotSplit, Preparation
from tests.analysis.preparation.programs import programs
from tests.analysis.preparation.running import Ran, compare, found_in, tagged
from tests.analysis.preparation.test_idioms import ASK, HEAD, SPLIT


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(cell=programs())
def test_what_is_split_of_any_program_is_right(cell: str, folder: Path) -> None:
    if not runs(cell, folder):
        return
    found, flow, inference = found_in(tagged(HEAD, cell, SPLIT, ASK))
    if isinstance(found, Preparation):
        ran = Ran(flow, inference, found, folder)
        try:
            compare(ran, ("y",))
        except KeyError as missing:  # a program may make a feature of the target, which the client has to send then
            assert "'y'" in str(missing)
            compare(ran)
    else:
        assert found is None or isinstance(found, NotSplit)


def runs(cell: str, folder: Path) -> bool:
    """Return whether a program does not raise."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            exec("\n".join([HEAD, cell, SPLIT, ASK]), {"__name__": "__main__"})
    except Exception:
        return False
    finally:
        os.chdir(before)
    return True
