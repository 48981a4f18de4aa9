"""Which rows beside the notebook's own are asked about: only such as a client could send."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nb2prod.capture.probe.answers import Interview

BY_HAND = """new = new.copy()
new['fare'] = np.log1p(new['fare'])
answer = model.predict(new)"""


class Model:
    """Answers like a fitted model."""

    def predict(self, rows: Any) -> Any:
        return np.asarray(rows, dtype=float).sum(axis=1)


class Scaler:
    """Answers like a fitted tool."""

    def transform(self, rows: Any) -> Any:
        return (np.asarray(rows, dtype=float) - 20) / 7


def table(rows: int = 60) -> pd.DataFrame:
    return pd.DataFrame({"fare": np.arange(rows) * 1.5, "kin": np.arange(rows) % 4})


def cleaned(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(fare=np.log1p(rows["fare"]))


def drawn(body: str, new: Any, **names: Any) -> tuple[str, list[Any]]:
    """Return where rows were drawn from, and they: ``raw`` is as it was read, ``trained`` what the model has seen."""
    sources = [name for name in names if name != "trained"]
    wanted = {
        "inputs": ["new"], "output": "answer", "setup": "", "body": body, "row_sources": sources,
        "raw": ["raw"], "picked": ["picked"], "asked": ["trained"], "judged": True, "max_rows": 40,
    }  # fmt: skip
    namespace = {"np": np, "pd": pd, "model": Model(), "scaler": Scaler(), "new": new, **names}
    found = Interview(wanted, namespace, []).hold()
    assert found is not None
    return found["drawn_from"], found["requests"][found["own"] :]


ONE = pd.DataFrame([{"fare": 7.25, "kin": 1}])
RAW = table()
CLEANED = cleaned(RAW)


def test_rows_cleaned_before_are_not_cleaned_again() -> None:
    source, rows = drawn(BY_HAND, ONE, X_test=CLEANED, raw=RAW, trained=CLEANED)
    assert source == "raw" and max(row["fare"] for row in rows) == 59 * 1.5


def test_what_is_cleaned_is_not_drawn_even_where_nothing_else_is_there() -> None:
    assert drawn(BY_HAND, ONE, X_test=CLEANED, trained=CLEANED) == ("", [])
    assert drawn(BY_HAND, ONE, X_test=CLEANED) == ("", [])


def test_raw_rows_will_do_where_training_cleaned_them_otherwise() -> None:
    others = RAW.assign(fare=np.log1p(RAW["fare"].clip(upper=30)) + 1)
    assert drawn(BY_HAND, ONE, X_test=others, raw=RAW, trained=others)[0] == "raw"


def test_a_model_that_is_asked_directly_gets_prepared_rows() -> None:
    names = {"df": RAW, "X_test": CLEANED}
    assert drawn("answer = model.predict(new)", ONE, **names, trained=CLEANED)[0] == "X_test"
    assert drawn("answer = model.predict(new)", ONE, X_test=CLEANED)[0] == "X_test"


def test_raw_rows_are_not_what_a_model_is_asked_directly() -> None:
    assert drawn("answer = model.predict(new)", ONE, raw=RAW, X_test=CLEANED, trained=CLEANED)[0] == "X_test"
    assert drawn("answer = model.predict(new)", ONE, raw=RAW, trained=CLEANED) == ("", [])


def test_scaled_arrays_are_not_scaled_again() -> None:
    whole = RAW.to_numpy()
    scaled = Scaler().transform(whole)
    body = "answer = model.predict(scaler.transform(new))"
    assert drawn(body, [[7.25, 1.0]], X_test=scaled, X=whole, trained=scaled)[0] == "X"


def test_what_a_function_does_is_seen_too() -> None:
    def ask(rows: pd.DataFrame) -> Any:
        return Model().predict(cleaned(rows))

    assert drawn("answer = ask(new)", ONE, ask=ask, X_test=CLEANED, raw=RAW, trained=CLEANED)[0] == "raw"


def test_raw_rows_come_first_where_the_request_is_prepared() -> None:
    raw = RAW.assign(kin=[None if i % 5 == 0 else float(i % 4) for i in range(60)])
    filled = cleaned(raw.fillna(2.0))
    body = BY_HAND.replace("answer", "new['kin'] = new['kin'].fillna(2.0)\nanswer")
    source, rows = drawn(body, ONE.astype(float), X_test=raw.fillna(2.0), raw=raw, trained=filled)
    assert source == "raw" and any(row["kin"] is None for row in rows)


def test_rows_that_the_request_is_picked_from_need_no_proof() -> None:
    body = "answer = np.asarray(new, dtype=float) @ np.ones(2)"
    assert drawn(body, [[7.25, 1.0]], X=RAW.to_numpy(), trained=CLEANED.to_numpy()) == ("", [])
    assert drawn(body, [[7.25, 1.0]], picked=RAW.to_numpy(), trained=CLEANED.to_numpy())[0] == "picked"


def test_the_column_of_texts_is_the_one_that_becomes_what_the_model_was_given() -> None:
    words = [f"Word {number}" for number in range(60)]
    raw = pd.DataFrame({"id": [f"n{number}" for number in range(60)], "said": words})
    body = "answer = model.predict([[len(new), float(new.lower().split()[-1])]])[0]"
    given = [[float(len(text)), float(text.split()[-1])] for text in words]
    source, rows = drawn(body, "Word 99", raw=raw, trained=given)
    assert source == "raw" and set(rows) <= set(words) and len(rows) == 39
    assert drawn(body, "Word 99", raw=raw.assign(said=[f"Said it {i}" for i in range(60)]), trained=given)[1] == []


def test_the_column_of_texts_that_has_the_request_is_the_one_that_it_came_from() -> None:
    titles = [f"Film {number}" for number in range(60)]
    raw = pd.DataFrame({"kind": ["drama", "comedy"] * 30, "title": titles})
    source, rows = drawn("answer = int(new.split()[-1])", "Film 7", raw=raw, trained=[])
    assert source == "raw" and set(rows) <= set(titles)
    assert drawn("answer = int(new.split()[-1])", "Film 99", raw=raw, trained=[])[1] == []
