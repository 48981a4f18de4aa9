"""Names that would break or inject into Python, TOML or Make do not come through."""

from __future__ import annotations

import keyword
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb2prod.errors import UsageError
from nb2prod.plan.naming import metric_names, package_name, project_name


@given(st.text(min_size=1, max_size=80).filter(lambda s: "/" not in s and "\0" not in s and s not in {".", ".."}))
def test_any_file_name_gives_a_plain_name(stem: str) -> None:
    project = project_name(Path(f"{stem}.ipynb"), None)
    package = package_name(project)
    assert package.isidentifier() and package.isascii()
    assert not keyword.iskeyword(package)
    assert set(project) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@pytest.mark.parametrize(
    "name", ["", "a b", "../up", "a/b", "x\ny", '"; rm -rf /', "$(id)", "{{cookiecutter}}", "-rf", "ä", "a" * 65, "a."]
)
def test_a_name_that_is_not_plain_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name"):
        project_name(Path("n.ipynb"), name)


@pytest.mark.parametrize("name", ["numpy", "class", "json", "test", "nb2prod"])
def test_a_package_does_not_take_a_name_that_is_taken(name: str) -> None:
    assert package_name(name) == f"{name}_service"


def test_entries_of_several_reports_keep_their_names_apart() -> None:
    seen = ["train.mae", "valid.mae", "valid.r2", "r2", "f1", "best.auc"]
    called = metric_names(seen)
    assert called == {**{name: name for name in seen}, "best.auc": "auc"}
