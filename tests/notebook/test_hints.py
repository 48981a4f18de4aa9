"""Tags that are almost a section's name are pointed out, and nothing else is."""

from __future__ import annotations

import pytest

from nb2prod.notebook.tags import misspelt_tags


@pytest.mark.parametrize(
    ("tag", "meant"),
    [("train", "training"), ("inferense", "inference"), ("Evalution", "evaluation"), ("params", "parameters"),
     ("parameter", "parameters"), ("infer", "inference"), ("evaluate", "evaluation")],
)  # fmt: skip
def test_a_slip_is_pointed_out(tag: str, meant: str) -> None:
    hints = misspelt_tags({"tags": [tag]}, "cell [3]")
    assert len(hints) == 1
    assert "cell [3]" in hints[0] and f"`{meant}`" in hints[0]


@pytest.mark.parametrize("tag", ["hide-input", "remove-cell", "exercise", "eda", "plot", "test", "data", "skip"])
def test_another_tag_is_nobodys_business(tag: str) -> None:
    assert misspelt_tags({"tags": [tag]}, "cell [3]") == []
