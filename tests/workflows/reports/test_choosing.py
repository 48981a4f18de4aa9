"""Rules are chosen by how their codes begin, by their names and by the names of their families."""

from __future__ import annotations

from pathlib import Path

import pytest

from nb2prod.errors import UsageError
from nb2prod.workflows.checking import Wanted, check
from nb2prod.workflows.reports.choosing import chosen_rules, refuse_unknown
from tests.making import write_notebook


def codes(*select: str, ignore: tuple[str, ...] = (), extend: tuple[str, ...] = ()) -> set[str]:
    return {each.rule.code for each in chosen_rules(select, ignore, extend)}


def test_a_name_is_as_good_as_a_code() -> None:
    assert codes("star-import", "NB102") == codes("NB107", "nb102") == {"NB102", "NB107"}
    assert codes("order") == codes("NB1") == codes("Order")
    assert codes("order", ignore=("star-import",)) == codes("NB1") - {"NB107"}
    assert codes("star-import", ignore=("order",)) == {"NB107"}
    assert codes("star-import", extend=("security",)) == codes("NB6") | {"NB107"}


def test_each_family_is_what_its_codes_begin_with() -> None:
    families = ("order", "reproducibility", "data", "models", "serving", "security", "structure")
    for number, family in enumerate(families, 1):
        assert codes(family) == codes(f"NB{number}") != set()


def test_what_is_called_so_by_nobody_is_refused_all_at_once() -> None:
    with pytest.raises(UsageError) as refused:
        refuse_unknown(["leakage", "NB1", "star-import", "NB999", ""], "--select")
    assert [each.what for each in refused.value.problems] == [
        "no rule has a code that begins with 'leakage', or that name",
        "no rule has a code that begins with 'NB999', or that name",
        "no rule has a code that begins with '', or that name",
    ]


def test_files_name_rules_too(tmp_path: Path) -> None:
    path = write_notebook(
        tmp_path / "n.ipynb", [(None, "print(later)"), (None, "later = 1\nlist = [1]\nprint(list((1, 2)))")]
    )
    setting = '[tool.nb2prod.check]\nselect = ["order"]\nper-file-ignores = {"n.*" = ["replaced-builtin"]}\n'
    (tmp_path / "pyproject.toml").write_text(setting, encoding="utf-8")
    (report,) = check([path], Wanted(cached=False))
    assert [each.code for each in report.findings] == ["NB103"]
    (report,) = check([path], Wanted(cached=False, select=["replaced-builtin"]))
    assert [each.code for each in report.findings] == []
