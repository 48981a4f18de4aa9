"""Raw rows of the notebook's own, found, prepared and asked in its kernel: proven, or why not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from nb2prod.capture.model import CaptureRequest, InferenceRequest, Moment, RawRequest, RawRows

IMPORTS = "import pandas as pd\nimport numpy as np\n"
TABLE = """df = pd.DataFrame({'id': range(60), 'age': [None if i % 7 == 3 else 20.0 + i for i in range(60)],
                   'city': [None if i == 50 else 'abc'[i % 3] for i in range(60)],
                   'paid': [i * 2.5 for i in range(60)]})
"""
PREPARING = """df['age'] = df['age'].fillna(df['age'].mean())
df = df.dropna()
X = pd.get_dummies(df.drop(columns=['id', 'paid']), columns=['city'])
"""
MODEL = """def ask(rows):
    if rows.isna().any().any():
        raise ValueError('missing')
    return rows['age'] * 2 + rows['city_b']
"""
CELLS = [IMPORTS + TABLE, PREPARING + MODEL, "X_test = X[::2]", "answer = ask(X_test)"]
PREPARE = """def prepare(records, *, age_mean, columns):
    rows = records.copy()
    rows['age'] = rows['age'].fillna(age_mean)
    rows = pd.get_dummies(rows, columns=['city'])
    return rows.reindex(columns=columns, fill_value=False)
"""
FIRST_LINE = CELLS[0].split("\n", 2)[2].rstrip()
FILL = PREPARING.split("\n")[0]
LEARNED = (
    Moment(1, FILL, 0, False, "age_mean", "df['age'].mean()"),
    Moment(1, PREPARING.split("\n")[2], 0, True, "columns", "list(X.columns)"),
)
OWN = InferenceRequest(3, ("X_test",), "answer", "", "answer = ask(X_test)", ("X_test", "X"))


def raw_request(
    prepare: str = PREPARE, given: str = "age_mean=age_mean, columns=columns", **changes: Any
) -> RawRequest:
    call = f"prepare(records, {given})"
    definitions = (
        f"{prepare}\ndef predict(records):\n    X_test = {call}\n    answer = ask(X_test)\n    return answer\n"
    )
    inference = InferenceRequest(3, ("records",), "prediction", "", "prediction = predict(records)", ("raw_rows",))
    moments = (Moment(0, FIRST_LINE, 0, True, "raw_rows", "df"), *LEARNED)
    return replace(RawRequest(moments, inference, definitions, call), **changes)


def held(notebooks: Any, cells: list[str], raw: RawRequest, own: InferenceRequest = OWN) -> RawRows:
    evidence = notebooks.capture(*cells, request=CaptureRequest(own, raw=raw))
    assert evidence.raw is not None
    return evidence.raw  # type: ignore[no-any-return]


def test_rows_are_found_by_their_index_and_get_the_notebooks_answers(shared_notebooks: Any) -> None:
    cells = [CELLS[0], "%%time\n" + CELLS[1], *CELLS[2:]]
    found = held(shared_notebooks, cells, raw_request())
    assert found.why == "" and found.problems == () and found.answers is not None
    assert found.unused == ("id", "paid")
    answers = found.answers
    assert len(answers.requests) == 54 and answers.own == 30 and answers.batched  # of rows that are alike, one
    assert list(answers.requests[0]) == ["age", "city"]
    assert {"age": None, "city": "a"} in answers.requests
    fields = {field["name"]: field for field in answers.request_schema["fields"]}
    assert fields["age"]["nullable"] and fields["city"]["nullable"]
    assert fields["city"]["categories"] == ["a", "b", "c"]


def test_rows_are_found_by_their_values_where_no_index_leads(shared_notebooks: Any) -> None:
    body = PREPARING.replace("columns=['city'])", "columns=['city']).values.astype(float)")
    model = "def ask(rows):\n    return rows[:, 0] * 2 + rows[:, 2]\n"
    cells = [CELLS[0], body + model, "X_test = X[np.arange(58, 0, -3)]", CELLS[3]]
    prepare = PREPARE.replace("fill_value=False)", "fill_value=False).to_numpy().astype(float)")
    moments = (Moment(0, FIRST_LINE, 0, True, "raw_rows", "df"), LEARNED[0])
    columns = "columns=['age', 'city_a', 'city_b', 'city_c']"
    found = held(shared_notebooks, cells, raw_request(prepare, f"age_mean=age_mean, {columns}", moments=moments))
    assert found.why == "" and found.answers is not None
    assert found.answers.own == 20 and len(found.answers.requests) == 56


def test_rows_are_found_by_their_values_where_counted_labels_lead_to_rows_that_were_dropped(
    shared_notebooks: Any,
) -> None:
    again = PREPARING.replace("df.dropna()", "df.dropna().reset_index(drop=True)")
    picky = PREPARE.replace("    return", "    assert records['city'].notna().all()\n    return")
    found = held(shared_notebooks, [CELLS[0], again + MODEL, *CELLS[2:]], raw_request(picky))
    assert found.why == "" and found.answers is not None
    assert found.answers.own == 30


def test_rows_of_another_table_are_found_there(shared_notebooks: Any) -> None:
    new = "new = pd.DataFrame({'id': [7, 8, 9], 'age': [31.5, None, 52.0], 'city': ['c', 'a', 'b']})"
    filled = "new['age'] = new['age'].fillna(df['age'].mean())\nT = pd.get_dummies(new, columns=['city'])[X.columns]"
    cells = [f"{CELLS[0]}{new}", CELLS[1], filled, "answer = ask(T)"]
    prepare = PREPARE.replace("age_mean)", "mean)").replace("age_mean", "mean")
    moments = (
        *raw_request().moments[:1],
        LEARNED[1],
        Moment(2, filled.split("\n")[0], 0, False, "mean", "df['age'].mean()"),
        Moment(0, new, 0, True, "new_raw_rows", "new"),
        Moment(0, "never = 1", 0, True, "never_read", "never"),
    )
    raw = raw_request(prepare, "mean=mean, columns=columns", moments=moments, others=("never_read", "new_raw_rows"))
    raw = replace(raw, definitions=raw.definitions.replace("X_test", "T"))
    found = held(shared_notebooks, cells, raw, InferenceRequest(3, ("T",), "answer", "", "answer = ask(T)"))
    assert found.why == "" and found.answers is not None
    assert found.table == "new_raw_rows" and found.answers.own == 3
    assert found.answers.requests[1] == {"age": None, "city": "a"}


@pytest.mark.parametrize(
    ("prepare", "says"),
    [
        (PREPARE.replace("age_mean)", "age_mean + 1)"), "other values in `age`"),
        (PREPARE.replace("columns=columns", "columns=columns[1:]"), "lacks the columns age"),
        (PREPARE.replace("rows = records.copy()", "raise KeyError('height')"), "KeyError: 'height'"),
        (PREPARE.replace("rows['age'].fillna(age_mean)", "rows['age'].fillna(age_mean).rank()"), "`age`"),
    ],
    ids=["other values", "columns missing", "raises", "rows that need each other"],
)
def test_what_is_not_the_notebooks_is_refused(prepare: str, says: str, shared_notebooks: Any) -> None:
    found = held(shared_notebooks, CELLS, raw_request(prepare))
    assert found.answers is None and says in found.why
    assert bool(found.line) == ("KeyError" in says) and found.columns == (("age",) if "`age`" in says else ())


def test_answers_that_differ_are_refused(shared_notebooks: Any) -> None:
    raw = raw_request()
    definitions = raw.definitions.replace("return answer", "return answer + 1")
    found = held(shared_notebooks, CELLS, replace(raw, definitions=definitions))
    assert found.answers is None and "is answered" in found.why


def test_a_value_that_cannot_be_taken_is_told(shared_notebooks: Any) -> None:
    moments = (*raw_request().moments, Moment(1, FILL, 0, False, "more", "df['nowhere'].mean()"))
    found = held(shared_notebooks, CELLS, raw_request(moments=moments))
    assert found.answers is None and "`df['nowhere'].mean()`" in found.why and "KeyError" in found.why


def test_a_statement_that_never_ran_is_told(shared_notebooks: Any) -> None:
    moments = (*raw_request().moments, Moment(2, "something_else = 1", 0, False, "more", "1"))
    found = held(shared_notebooks, CELLS, raw_request(moments=moments))
    assert found.answers is None and "not run" in found.why


def test_missing_values_that_training_only_dropped_are_not_allowed(shared_notebooks: Any) -> None:
    prepare = PREPARE.replace("['city'])", "['city'], dummy_na=False)").replace(
        "return rows", "rows['age'] = rows['age'].where(records['city'].notna())\n    return rows"
    )
    found = held(shared_notebooks, CELLS, raw_request(prepare))
    assert found.why == "" and found.answers is not None
    nullable = {field["name"]: field["nullable"] for field in found.answers.request_schema["fields"]}
    assert nullable == {"age": True, "city": False}


def test_columns_are_left_out_only_together(shared_notebooks: Any) -> None:
    """Either of two columns will do, but one of them is needed."""
    prepare = PREPARE.replace(
        "rows = records.copy()",
        "rows = records.copy()\n    rows.index = rows['id'] if 'id' in rows else rows['paid'] / 2.5",
    )
    found = held(shared_notebooks, CELLS, raw_request(prepare))
    assert found.why == "" and found.unused == ("id", "paid")
    assert found.layout == ("age", "city", "paid"), "it has to be there, and what is in it does not matter"


def test_columns_that_only_have_to_be_there_are_filled_in(shared_notebooks: Any) -> None:
    """Columns are counted, and `paid` stands before the last; `id` matters where there is no age."""
    prepare = PREPARE.replace("rows = records.copy()", "rows = records.copy()\n    rows = rows.iloc[:, [0, 1, 2, 3]]")
    prepare = prepare.replace("rows['age'].fillna(age_mean)", "rows['age'].fillna(rows['id'] * 0 + age_mean)")
    found = held(shared_notebooks, CELLS, raw_request(prepare))
    assert found.why == "" and found.unused == ("paid",)
    assert found.layout == ("id", "age", "city", "paid")
    assert found.answers is not None and list(found.answers.requests[0]) == ["id", "age", "city"]


STORING = """def prepare(records, *, age_mean):
    rows = records.copy()
    rows['age'] = rows['age'].fillna(age_mean)
    return rows
"""


def test_a_table_that_answers_are_stored_in_is_asked_about_as_it_was_before(shared_notebooks: Any) -> None:
    """Else a client would have to send the answer; nor does it send the columns that no answer comes from."""
    body = "X_test['answer'] = X_test['age'] * 2 + X_test['id']\nanswer = X_test['answer']"
    store = body.split("\n")[0]
    cells = [CELLS[0], FILL, "X_test = df[::2].copy()", body]
    kept = Moment(3, store, 0, False, "X_test_as_asked", "X_test")
    own = InferenceRequest(3, ("X_test",), "answer", "", body, ("X_test", "df"), moments=(kept,))
    own = replace(own, before={"X_test": "X_test_as_asked"})
    raw = raw_request(STORING, "age_mean=age_mean")
    definitions = raw.definitions.replace("answer = ask(X_test)", body.replace("\n", "\n    "))
    moments = (raw.moments[0], Moment(1, FILL, 0, False, "age_mean", "df['age'].mean()"))
    found = held(shared_notebooks, cells, replace(raw, definitions=definitions, moments=moments), own)
    assert found.why == "" and found.answers is not None
    assert list(found.answers.requests[0]) == ["id", "age"]


def test_rows_of_a_sparse_matrix_are_texts(shared_notebooks: Any) -> None:
    """No client can send a row of such a matrix: the prepared request has no answers, the raw one has."""
    cells = [
        "from sklearn.feature_extraction.text import CountVectorizer\nfrom sklearn.naive_bayes import MultinomialNB\n"
        "texts = [f'word{i % 5} and word{i % 3}' for i in range(40)]",
        "vectorizer = CountVectorizer()\nX = vectorizer.fit_transform(texts)\n"
        "model = MultinomialNB().fit(X, [i % 2 for i in range(40)])",
        "answer = model.predict(X[:10])",
    ]
    own = InferenceRequest(2, ("rows",), "answer", "rows = X[:10]", "answer = model.predict(rows)", ("X",))
    call = "prepare(records)"
    prepare = "def prepare(records):\n    return vectorizer.transform(records)\n"
    definitions = prepare + f"def predict(records):\n    rows = {call}\n    return model.predict(rows)\n"
    inference = InferenceRequest(2, ("records",), "prediction", "", "prediction = predict(records)", ("raw_rows",))
    texts = cells[0].split("\n")[2]
    raw = RawRequest((Moment(0, texts, 0, True, "raw_rows", "texts"),), inference, definitions, call)
    evidence = shared_notebooks.capture(*cells, request=CaptureRequest(own, raw=raw))
    assert evidence.answers is None and evidence.answers_problems
    assert evidence.raw.why == "" and evidence.raw.answers.request_schema["kind"] == "text"
    assert evidence.raw.answers.requests[0] == "word0 and word0"


def test_the_notebook_runs_as_if_nobody_watched(shared_notebooks: Any) -> None:
    cells = [*CELLS, "open('seen.txt', 'w').write(str(sorted(n for n in globals() if n in ('prepare', 'predict'))))"]
    held(shared_notebooks, cells, raw_request())
    assert (shared_notebooks.folder / "seen.txt").read_text() == "[]"


def test_a_target_that_no_answer_comes_from_is_not_asked_for(shared_notebooks: Any) -> None:
    """A formula's model is asked about whole tables, with the column that it explains."""
    cells = [
        CELLS[0],
        "X_test = df.head(30)[['age', 'paid', 'id']].fillna(1.0)",
        "answer = X_test['age'] * 2 + X_test['id']",
    ]
    own = InferenceRequest(2, ("X_test",), "answer", "", cells[2], ("X_test",))
    answers = shared_notebooks.capture(*cells, request=CaptureRequest(own)).answers
    assert answers is not None and list(answers.requests[0]) == ["age", "id"]


def test_a_target_that_is_scaled_with_all_columns_is_filled_in(shared_notebooks: Any) -> None:
    """Encoders know no missing values: the column has to be there with a value that training knew, no matter which."""
    whole = "codes = {c: sorted(df[c].unique()) for c in df}\nfor c in df:\n    df[c] = df[c].map(codes[c].index)"
    table = "df = pd.DataFrame({'sold': list('ynny') * 15, 'paid': range(60), 'size': list('abc') * 20})"
    cells = [f"{IMPORTS}{table}", f"{whole}\nX = df.drop(columns='sold')", "answer = X['paid'] + X['size']"]
    prepare = """def prepare(records):
    rows = records.copy()
    for c in codes:
        rows[c] = rows[c].map(codes[c].index)
    return rows.drop(columns='sold')
"""
    call = "prepare(records)"
    definitions = f"{prepare}\ndef predict(records):\n    X = {call}\n    return X['paid'] + X['size']\n"
    inference = InferenceRequest(2, ("records",), "prediction", "", "prediction = predict(records)", ("raw_rows",))
    own = InferenceRequest(2, ("X",), "answer", "", cells[2], ("X",))
    raw = RawRequest(
        (Moment(0, table, 0, True, "raw_rows", "df"),), inference, definitions, call, targets=("size", "sold")
    )
    found = held(shared_notebooks, cells, raw, own)
    assert found.why == "" and found.unused == ("sold",) and found.answers is not None
    assert found.filled == {"sold": "y"} and found.layout == ("sold", "paid", "size")
    assert list(found.answers.requests[0]) == ["paid", "size"]
