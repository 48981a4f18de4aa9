"""A database of vulnerabilities is asked only where somebody names one, and one that does not answer is no finding."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from nb2prod.notebook.read import draft_of
from nb2prod.rules import advisories
from nb2prod.rules.advisories import Advisories, Pin
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine import findings
from nb2prod.rules.facts import Facts
from nb2prod.workflows.edited import found_in

CONTENT: dict[str, Any] = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"nb2prod": {"advisories": "http://127.0.0.1:9"}},
    "cells": [
        {
            "cell_type": "code",
            "id": "a",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": "%pip install pyyaml==5.1",
        }
    ],
}


def found(folder: Path) -> list[str]:
    rule = next(each for each in known_rules() if each.rule.code == "NB606")
    facts = Facts(draft_of(CONTENT, folder / "n.ipynb"), CONTENT)
    return [each.finding.what for each in findings(facts, [rule])]


def test_nobody_is_asked_unless_the_environment_says_so(tmp_path: Path) -> None:
    assert found(tmp_path) == []


def test_what_is_known_is_told(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NB2PROD_ADVISORIES", database)
    (tmp_path / "requirements.txt").write_text("requests==2.19.0\nnumpy==2.1.0  # fine\n")
    assert found(tmp_path) == [
        "`requests` 2.19.0 has known vulnerabilities: PYSEC-2018-28",
        "`pyyaml` 5.1 has known vulnerabilities: GHSA-8q59-q68h-6hv4, PYSEC-2021-142",
    ]


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "file:///etc/passwd", "nonsense"])
def test_where_none_answers_nothing_is_said(tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NB2PROD_ADVISORIES", address)
    monkeypatch.setenv("no_proxy", "*")
    assert found(tmp_path) == []


def test_it_is_asked_once_of_each_version_and_never_where_nobody_may_be(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advisories, "_said", {})
    asked: list[str] = []
    real = advisories._asked

    def ask(address: str, pins: Sequence[Pin]) -> Advisories | None:
        asked.extend(pin.name for pin in pins)
        return real(address, pins)

    monkeypatch.setattr(advisories, "_asked", ask)
    monkeypatch.setenv("NB2PROD_ADVISORIES", database)
    assert "NB606" not in {each["code"] for each in found_in(CONTENT, str(tmp_path / "n.ipynb"))["findings"]}
    assert asked == []
    assert len(found(tmp_path)) == len(found(tmp_path)) == 1
    assert asked == ["pyyaml"]
