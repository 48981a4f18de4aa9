"""Which statement it was that did not prepare raw rows as the notebook does."""

from __future__ import annotations

import pytest

from nb2prod.analysis.preparation.model import Preparation
from nb2prod.capture.model import RawRows
from nb2prod.workflows.blame import statement_in_the_way
from tests.analysis.preparation.running import found_in, tagged
from tests.analysis.preparation.test_idioms import ASK, HEAD, SPLIT

CELL = """df['age'] = df['age'].fillna(df['age'].mean())
for c in ['sex', 'town']:
    df[c] = LabelEncoder().fit_transform(df[c].astype(str))
df['old'] = df['age'] > 40
X = pd.get_dummies(df[['age', 'sex', 'town', 'old']], columns=['town'])"""


def blamed(*, raising: str = "", columns: tuple[str, ...] = ()) -> str:
    """Return the statement that is found, the function's line with ``raising`` in it having raised."""
    found, flow, _ = found_in(tagged(HEAD, CELL, SPLIT, ASK))
    assert isinstance(found, Preparation)
    definitions = f"{found.guards}\n\n\n{found.function}\n\ndef predict(records):\n    return prepare(records)\n"
    lines = definitions.split("\n")
    line = next((number for number, text in enumerate(lines, 1) if raising and raising in text), 0)
    index = statement_in_the_way(found, definitions, RawRows(line=line, columns=columns))
    return flow.statements[index].source.split("\n")[0] if index >= 0 else ""


@pytest.mark.parametrize(
    ("raising", "columns", "says"),
    [
        ("fillna(", (), "df['age'] = df['age'].fillna"),
        (".transform(", (), "for c in ['sex', 'town']:"),
        ("X = pd.get_dummies", (), "X = pd.get_dummies"),
        ("", ("old",), "df['old'] = "),
        ("", ("town_C",), "X = pd.get_dummies"),
        ("def predict", (), ""),
        ("", (), ""),
    ],
)
def test_what_raised_or_made_the_columns_that_differ(raising: str, columns: tuple[str, ...], says: str) -> None:
    assert blamed(raising=raising, columns=columns).startswith(says) or not says
    assert bool(says) == bool(blamed(raising=raising, columns=columns))


def test_a_column_that_a_loop_makes_leads_to_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "CELL", CELL.replace("pd.get_dummies(", "(").replace(", columns=['town'])", ")"))
    assert blamed(columns=("sex",)).startswith("for c in ['sex', 'town']:")
    assert blamed(columns=("age",)).startswith("df['age'] = ")
    assert blamed(columns=("nowhere",)) == ""
