"""What people type for a parameter, and what is shown for them to change."""

from __future__ import annotations

import io
import json
import math
import re
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb2prod.errors import UsageError
from nb2prod.runs.parameters.checking import checked_parameters
from nb2prod.runs.parameters.declaring import declared
from nb2prod.runs.parameters.literals import value_of
from nb2prod.runs.parameters.typed import as_typed, parameters_from, typed_in
from nb2prod.runs.parameters.writing import source_of

DOCUMENT = (Path(__file__).parents[3] / "docs" / "parameters.md").read_text()
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(VALUES)
def test_what_is_shown_for_a_value_is_read_as_the_same(value: object) -> None:
    found = parameters_from([("name", as_typed(value))], None)["name"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("value", "typed"), [("data/a.csv", "data/a.csv"), ("no", "no"), ("12", '"12"'), (0.25, "0.25"), (True, "true")]
)
def test_words_stand_as_they_are_where_that_is_clear(value: object, typed: str) -> None:
    assert as_typed(value) == typed


READ = [
    ("str = ''", "007", "007"),
    ("str = ''", "12", "12"),
    ("str = ''", "null", "null"),
    ("str = ''", '"12"', "12"),
    ("str = ''", "[1]", "[1]"),
    ("str | None = None", "null", None),
    ("str | None = None", '"null"', "null"),
    ("int = 1", "1e3", 1000),
    ("int = 1", "-7", -7),
    ("float = 1", "7", 7.0),
    ("float = 1", "inf", math.inf),
    ("bool = True", "no", False),
    ("bool = True", "On", True),
    ("bool = True", "1", True),
    ("bool | str = True", "yes", "yes"),
    ("list[float] = []", "[1, 2]", [1.0, 2.0]),
    ("list[str] = []", "[a, b]", ["a", "b"]),
    ("dict[int, str] = {}", "{1: a}", {1: "a"}),
    ("date = None", "2024-01-31", date(2024, 1, 31)),
    ("Path = None", "data/a.csv", Path("data/a.csv")),
    ("Literal['1', 'a'] = 'a'", "1", "1"),
    ("Literal[1, 'a'] = 'a'", "1", 1),
    ("int = 1", "x", "x"),
]


@pytest.mark.parametrize(("declaration", "text", "value"), READ, ids=[f"{d} <- {t}" for d, t, _ in READ])
def test_a_text_is_read_by_the_type(make: Any, declaration: str, text: str, value: object) -> None:
    known = declared(make((f"x: {declaration}", "parameters")))
    found = parameters_from([("x", text)], None, known)["x"]
    assert (found, type(found)) == (value, type(value))
    typed = as_typed(value, known[0])
    assert parameters_from([("x", typed)], None, known)["x"] == value


@pytest.mark.parametrize("text", ["9" * 5_000, "[" * 5_000, "{a: b: c}", '"half', "!!python/object:os.system x"])
def test_what_yaml_cannot_read_is_a_text(text: str) -> None:
    assert parameters_from([("x", text)], None) == {"x": text}


def test_special_numbers_have_yamls_words() -> None:
    found = parameters_from([("x", "[.inf, -.inf, .nan]")], None)["x"]
    assert found[:2] == [math.inf, -math.inf]
    assert math.isnan(found[2])
    assert as_typed([math.inf, -math.inf, math.nan]) == "[.inf, -.inf, .nan]"


@given(st.dictionaries(st.text(max_size=20), st.text(), max_size=4))
def test_texts_come_from_standard_input_as_they_were_typed(typed: dict[str, str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(typed).encode())))
        assert dict(typed_in(Path("-"))) == typed
    assert typed_in(None) == ()


@pytest.mark.parametrize("text", ["", "[1]", '{"a": 1}', "{", "[" * 200_000, "\xff"])
def test_what_is_no_object_of_texts_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(text, encoding="latin-1")
    with pytest.raises(UsageError, match="is not a JSON object of texts"):
        typed_in(tmp_path / "p.json")
    with pytest.raises(UsageError, match="cannot be read"):
        typed_in(tmp_path / "gone.json")


ROWS = re.findall(r"^\| (?:`(.+?)`|nothing known) \| `(.+?)` \| `(.+?)` \|$", DOCUMENT, re.MULTILINE)


@pytest.mark.parametrize(("kind", "typed", "value"), ROWS, ids=[" <- ".join(row[:2]) for row in ROWS])
def test_the_page_says_what_is_read(make: Any, kind: str, typed: str, value: str) -> None:
    declaration = kind.replace("\\|", "|") or "Any"
    notebook = make((f"x: {declaration} = ...", "parameters"))
    found = checked_parameters(notebook, parameters_from([("x", typed)], None, declared(notebook)))["x"]
    assert source_of(found) == source_of(value_of(value))


def test_the_page_has_rows() -> None:
    assert len(ROWS) == DOCUMENT.count("\n| `") + DOCUMENT.count("\n| nothing") > 10
