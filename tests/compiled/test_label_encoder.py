"""scikit-learn's LabelEncoder as inference code asks it: columns, lists and arrays to numbers, and back to labels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import LabelEncoder

from tests.compiled.agree import compiled, row, stand_in

LABELS: list[Any] = [["north", "south", "east", "north"], [3, 1, 20], [True, False]]


@pytest.mark.parametrize("labels", LABELS, ids=str)
def test_there_and_back(labels: list[Any]) -> None:
    fitted = LabelEncoder().fit(labels)
    own = stand_in(fitted)
    assert own.classes_.tolist() == fitted.classes_.tolist() and own.classes_.dtype == fitted.classes_.dtype
    for asked in (labels, labels[:1], np.array(labels), pd.Series(labels).to_numpy()):
        codes = fitted.transform(asked)
        assert own.transform(asked).tolist() == codes.tolist() and own.transform(asked).dtype == codes.dtype
        for back in (codes, codes.tolist(), codes.astype(np.int32)):
            found = own.inverse_transform(back)
            assert found.tolist() == fitted.inverse_transform(back).tolist()
            assert found.dtype == fitted.inverse_transform(back).dtype


def test_a_column_of_a_record() -> None:
    table = pd.DataFrame({"region": ["south", "north"]})
    own = stand_in(LabelEncoder().fit(table["region"]))
    assert own.transform(row(table.iloc[[0]])["region"]).tolist() == [1]


@pytest.mark.parametrize(
    "asked", [["mars"], [None], [float("nan")], [], "north", [["north"]], ["north", "mars"], 3], ids=str
)
def test_what_the_original_refuses_or_sees_otherwise_is_left_to_it(asked: Any) -> None:
    own = stand_in(LabelEncoder().fit(LABELS[0]))
    with pytest.raises(compiled("not_light").NotLight):
        own.transform(asked)


@pytest.mark.parametrize("asked", [[3], [-1], [1.0], [True], np.array([0.0]), [], 1], ids=str)
def test_numbers_of_no_label_are_left_to_the_original(asked: Any) -> None:
    own = stand_in(LabelEncoder().fit(LABELS[0]))
    with pytest.raises(compiled("not_light").NotLight):
        own.inverse_transform(asked)


def test_labels_of_several_types_are_not_known() -> None:
    known = compiled("estimators").stand_in
    assert known(LabelEncoder().fit([1.5, 2.5])) is None
    assert known(LabelEncoder().fit(np.array(["a", None], dtype=object))) is None
