"""Progress as people and as programs see it."""

from __future__ import annotations

import json

import pytest

from nb2prod.cli._watching import watching
from nb2prod.workflows.model import Progress

STEPS = [Progress("running the notebook", "run"), Progress("running the notebook", "run", 2, 5, 1.25)]


def test_programs_get_one_json_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with watching("json") as watch:
        for step in STEPS:
            watch(step)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert [json.loads(line) for line in printed.err.splitlines()] == [
        {"event": "progress", "stage": "running the notebook", "key": "run", "cell": None, "cells": 0, "seconds": 0.0},
        {"event": "progress", "stage": "running the notebook", "key": "run", "cell": 2, "cells": 5, "seconds": 1.25},
    ]


def test_people_get_a_line_a_stage_and_a_cell(capsys: pytest.CaptureFixture[str]) -> None:
    with watching() as watch:
        for step in [*STEPS, STEPS[-1]]:
            watch(step)
    assert capsys.readouterr().err == "running the notebook\nrunning the notebook: cell 2 of 5, 1 s\n"
