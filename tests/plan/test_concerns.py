"""Which concerns a service is made with, and that their templates say what the rest of the repository has to know."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nb2prod.errors import UsageError
from nb2prod.plan.concerns import LISTS, Concern, chosen_concerns, known_concerns

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
KNOWN = known_concerns(TEMPLATES)


def test_all_are_chosen_but_those_named() -> None:
    assert chosen_concerns(TEMPLATES, ()) == KNOWN
    assert [c.name for c in chosen_concerns(TEMPLATES, ("metrics",))] == [c.name for c in KNOWN if c.name != "metrics"]


def test_what_needs_a_concern_is_left_out_with_it() -> None:
    names = [concern.name for concern in chosen_concerns(TEMPLATES, ("log",))]
    assert names == [concern.name for concern in KNOWN if concern.name not in ("log", "feedback")]
    assert all(set(concern.needs) <= {each.name for each in KNOWN} for concern in KNOWN)


def test_names_that_are_none_are_told_all_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        chosen_concerns(TEMPLATES, ("metric", "metrics", "zzz"))
    assert [problem.what.split()[0] for problem in caught.value.problems] == ["'metric'", "'zzz'"]
    assert caught.value.problems[0].remedy == "did you mean metrics?"


SET_BY_OTHERS = {
    "COLUMNS", "DEBUG", "DISPLAY", "EDITOR", "HOME", "HOSTNAME", "LANG", "LINES", "LOG", "LOGNAME", "MAIL", "NAME",
    "PAGER", "PATH", "PWD", "SHELL", "TERM", "TZ", "USER",
}  # fmt: skip
"""Variables of the environment that shells and other programs set, for purposes of their own."""


def test_no_setting_is_read_from_a_variable_that_others_set() -> None:
    settings = {each["name"].upper() for concern in KNOWN for each in concern.context["settings"]}
    assert not settings & SET_BY_OTHERS


@pytest.mark.parametrize("concern", KNOWN, ids=lambda concern: concern.name)
def test_a_concern_can_be_switched_off_and_is_described(concern: Concern) -> None:
    assert set(concern.context) == {"name", "description", *LISTS}
    settings = concern.context["settings"]
    switches = [each["name"] for each in settings if each["type"] == "bool" or each["value"] == '""']
    (package,) = (TEMPLATES / concern.template).glob("*/src/*/service")
    text = "".join(path.read_text() for path in sorted(package.rglob("*.py")))
    assert any(re.search(rf"(if|or) not [a-z.]*settings\.{name}\b|settings\.{name} == ", text) for name in switches)
    assert f"| `{concern.name}` |" in (ROOT / "docs" / "service.md").read_text()
    assert list((TEMPLATES / concern.template).glob("*/tests/test_*.py"))
