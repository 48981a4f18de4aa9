"""What is kept of what cells print and show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from nb2prod.runs.cell_outputs import OUTPUTS_LIMIT, STREAM_LIMIT, CellOutputs
from nb2prod.runs.execute import execute
from tests.runs.test_execute import printed


def outputs(run: Any, cell: int = 0) -> list[Any]:
    return list([cell for cell in run.notebook.cells if cell.cell_type == "code"][cell].outputs)


CLEARS = """
from IPython.display import clear_output
for i in range(3):
    clear_output(wait=True)
    print('now', i, flush=True)
"""
BOTH = """
import sys
for i in range(2):
    print(i, flush=True)
    print('e', i, file=sys.stderr, flush=True)
print('x')
print('y')
"""


def test_cleared_text_is_gone(make: Any) -> None:
    run = execute(make(CLEARS, CLEARS.replace("wait=True", ""), "print('a')\nclear_output(wait=True)"))
    assert [output.text for cell in (0, 1, 2) for output in outputs(run, cell)] == ["now 2\n", "now 2\n", "a\n"]


def test_streams_stand_as_they_were_written(make: Any) -> None:
    found = [(output.name, output.text) for output in outputs(execute(make(BOTH)))]
    out, err = "stdout", "stderr"
    assert found == [(out, "0\n"), (err, "e 0\n"), (out, "1\n"), (err, "e 1\n"), (out, "x\ny\n")]


def test_a_flood_of_pictures_is_cut_and_marked(make: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nb2prod.runs.cell_outputs.OUTPUTS_LIMIT", 20)
    file = tmp_path / "out.ipynb"
    execute(make("from IPython.display import display\nfor i in range(50): display(i)", "1"), output=file)
    document: Any = nbformat.read(file, 4)
    first, second = [cell for cell in document.cells if cell.cell_type == "code"]
    assert len(first.outputs) == 21
    assert "not kept" in first.outputs[-1].text
    assert first.metadata.papermill["cut"] is True
    assert "cut" not in second.metadata.papermill


def test_one_picture_that_is_too_large_is_cut(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nb2prod.runs.cell_outputs.DATA_LIMIT", 1_000)
    run = execute(make("'x' * 2_000"))
    assert ["not kept" in output.text for output in outputs(run)] == [True]


def test_text_is_kept_up_to_the_limit() -> None:
    taken = CellOutputs()
    assert taken.room_for_text("x" * STREAM_LIMIT) == "x" * STREAM_LIMIT
    assert not taken.cut
    assert "not kept" in taken.room_for_text("y")
    assert taken.room_for_text("z") == ""
    assert taken.cut
    taken.cleared()
    assert taken.room_for_text("y") == "y"
    assert taken.room_for_data({"text/plain": "1"}, OUTPUTS_LIMIT - 1)


def test_a_hundred_thousand_lines_of_a_hundred_characters_are_all_kept(make: Any) -> None:
    text = printed(execute(make("for i in range(100_000): print(f'{i:099}')")))
    assert text == "".join(f"{i:099}\n" for i in range(100_000))


def test_what_widgets_show_is_in_the_notebook(make: Any) -> None:
    run = execute(make("import ipywidgets\nipywidgets.IntSlider(value=3)"))
    states = run.notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"].values()
    assert any(state["state"].get("value") == 3 for state in states)
