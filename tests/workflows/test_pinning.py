"""What only the compiled way needs never keeps a notebook from its export: the plan goes on without it and says why."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from nb2prod.errors import UnusableInput
from nb2prod.plan.model import ProjectPlan
from nb2prod.workflows.pinning import pinned
from nb2prod.workflows.working_folder import Work

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def plan(
    constraints: tuple[str, ...], compiled: tuple[str, ...], own: tuple[str, ...] = ("packaging==24.2",)
) -> ProjectPlan:
    return ProjectPlan(
        "p",
        "p",
        "tidy",
        ("project", "compiled"),
        {},
        requirements=(*own, *compiled),
        constraints=constraints,
        compiled_requirements=compiled,
    )


def test_what_goes_together_stays(tmp_path: Path) -> None:
    wanted = plan((), ("onnx>=1.17",))
    found, text = pinned(wanted, PYTHON, Work(tmp_path, lambda _: None))
    assert found == wanted and "\nonnx==" in text and "packaging==24.2" in text


def test_a_pin_in_the_way_is_named_and_the_compiled_way_left_out(tmp_path: Path) -> None:
    found, text = pinned(plan(("protobuf==3.19.6",), ("onnx>=1.17",)), PYTHON, Work(tmp_path, lambda _: None))
    assert "onnx" not in text and "packaging==24.2" in text
    assert found.templates == ("project",)
    assert "onnx>=1.17 cannot be installed here" in found.not_compiled and "protobuf==3.19.6" in found.not_compiled


def test_the_notebooks_own_pins_have_to_go_together(tmp_path: Path) -> None:
    own = ("packaging==24.2", "packaging==24.1")
    with pytest.raises(UnusableInput, match="packaging"):
        pinned(plan((), ("onnx>=1.17",), own), PYTHON, Work(tmp_path, lambda _: None))
