from __future__ import annotations

import re
import sys

import pytest

from nb2prod.environment import lock
from nb2prod.environment.lock import without_label
from nb2prod.errors import UnusableInput

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def _problem(requirements: list[str], constraints: list[str]) -> str:
    with pytest.raises(UnusableInput) as caught:
        lock(requirements, constraints, PYTHON)
    (problem,) = caught.value.problems
    assert problem.remedy
    return problem.what


def test_every_distribution_is_pinned_exactly_and_has_hashes() -> None:
    text = lock(["fastapi", "numpy==2.4.6"], ["typing-extensions==4.15.0"], PYTHON)
    pins = re.findall(r"^([\w.-]+)==([\w.]+) \\$", text, re.MULTILINE)
    assert ("numpy", "2.4.6") in pins
    assert ("typing-extensions", "4.15.0") in pins, "a constraint binds what is needed"
    unindented = [line for line in text.splitlines() if not line.startswith("    --hash=sha256:")]
    assert len(unindented) == len(pins), "every line is a pin or a hash"


def test_a_constraint_on_what_nobody_needs_adds_nothing() -> None:
    assert "pandas" not in lock(["h11"], ["pandas==3.1.1"], PYTHON)


def test_the_text_names_no_host_and_no_path_and_is_the_same_twice() -> None:
    text = lock(["uvicorn"], [], PYTHON)
    assert "://" not in text and "/" not in text
    assert text == lock(["uvicorn"], [], PYTHON) == lock(["uvicorn"], [], sys.executable)


def test_a_label_of_a_build_is_left_out_and_no_hash_forbids_other_builds() -> None:
    text = lock(["h11==0.16.0+special"], [], PYTHON)
    assert "h11==0.16.0\n" in text
    assert "--hash" not in text
    assert text.startswith("# Exact pins without hashes: h11 came as a special build")


def test_a_label_on_a_constraint_that_nobody_needs_costs_no_hashes_of_meaning() -> None:
    text = lock(["h11==0.16.0"], ["numpy==2.4.6+mkl"], PYTHON)
    assert text.startswith("h11==0.16.0")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("torch==2.13.0+cpu", "torch==2.13.0"),
        ("torch==2.13.0+cu126 ; python_version < '4'", "torch==2.13.0 ; python_version < '4'"),
        ("torch==2.13.0", "torch==2.13.0"),
        ("a==1\ntorch==2.13.0+cpu\nb==2\n", "a==1\ntorch==2.13.0\nb==2\n"),
    ],
)
def test_labels(line: str, expected: str) -> None:
    assert without_label(line) == expected


def test_a_pin_that_the_service_cannot_live_with_is_named() -> None:
    said = _problem(["fastapi>=0.160"], ["pydantic==1.10.2"])
    assert said.startswith("pydantic==1.10.2 is in the way: fastapi>=0.160.0 needs pydantic>=")


def test_a_pin_that_the_notebooks_own_libraries_cannot_live_with_is_named() -> None:
    assert _problem(["pandas==3.1.1"], ["numpy==1.23.5"]).startswith("numpy==1.23.5 is in the way: pandas")


def test_a_version_that_no_index_has_is_named() -> None:
    assert _problem(["numpy==1.23.99"], []).startswith("numpy==1.23.99 is in the way")


def test_a_distribution_that_no_index_has_is_named() -> None:
    assert _problem(["nb2prod-no-such-thing==1.2"], []).startswith("nb2prod-no-such-thing==1.2 is in the way")


def test_a_version_for_another_python_is_named() -> None:
    with pytest.raises(UnusableInput, match=r"numpy==2\.5\.0 is in the way: it needs Python>=3\.12"):
        lock(["numpy==2.5.0"], [], "3.11")
