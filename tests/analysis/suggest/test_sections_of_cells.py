"""Which section each cell gets, and why."""

from __future__ import annotations

from tests.analysis.suggest.suggesting import DATA, FIT, SCORE, SPLIT, sections, suggestion


def test_a_plain_notebook() -> None:
    assert sections(DATA, SPLIT, FIT, SCORE, "model.predict(X_test)") == [
        "data", "data", "training", "evaluation", "inference",
    ]  # fmt: skip


def test_every_cell_has_a_reason_and_a_confidence() -> None:
    found = suggestion(DATA, "df.head()", SPLIT, FIT, SCORE)
    assert all(cell.reason and 0 < cell.confidence <= 1 for cell in found.cells)
    assert found.cells[3].reason == "calls `fit` on `model`; nothing after it changes `model`"


def test_looking_and_drawing_belong_nowhere() -> None:
    plot = "import matplotlib.pyplot as plt\nplt.scatter(X['a'], y)"
    assert sections(DATA, "df.describe()", plot, SPLIT, FIT, SCORE)[1:3] == [None, None]


def test_a_cell_of_literals_that_are_read_is_parameters() -> None:
    settings = "import os\nTEST_SIZE = 0.2\nSEED = 7"
    split = SPLIT.replace("0.2", "TEST_SIZE").replace("=0)", "=SEED)")
    assert sections(settings, DATA, split, FIT, SCORE) == ["parameters", "data", "data", "training", "evaluation"]


def test_literals_that_nobody_reads_are_nothing() -> None:
    assert sections("unused = 3", DATA, SPLIT, FIT, SCORE)[0] is None


def test_names_of_columns_are_data_and_no_parameters() -> None:
    names = "names = 'sepal_length sepal_width petal_length petal_width'"
    data = DATA.replace("'a.csv')", "'a.csv', names=names.split())")
    assert sections(names, data, SPLIT, FIT, SCORE)[0] == "data"


def test_a_model_tried_before_has_no_section() -> None:
    other = "from sklearn.linear_model import LogisticRegression\nlr = LogisticRegression()\nlr.fit(X_train, y_train)"
    found = sections(DATA, SPLIT, other, "lr.score(X_test, y_test)", FIT, SCORE)
    assert found == ["data", "data", None, None, "training", "evaluation"]


def test_a_row_that_is_written_down_is_asked_about_rather_than_the_test_rows() -> None:
    clean = f"{DATA}\ndef clean(rows):\n    return rows.fillna(df['a'].median())"
    row = "row = pd.DataFrame([{'a': 1.5, 'b': 2}])\nmodel.predict_proba(clean(row))[0, 1]"
    assert sections(clean, SPLIT, FIT, "model.predict(X_test)", row)[3:] == [None, "inference"]
    assert sections(clean, SPLIT, FIT, row, "model.predict(X_test)")[3:] == ["inference", None]


def test_a_fit_that_was_done_over_again_has_no_section() -> None:
    assert sections(DATA, SPLIT, FIT, SCORE, FIT.replace("2", "3"), SCORE)[2:] == [
        None, None, "training", "evaluation",
    ]  # fmt: skip


def test_a_scaler_of_the_training_rows_is_training_and_one_of_the_table_is_data() -> None:
    make = "from sklearn.preprocessing import StandardScaler\ns = StandardScaler()\n"
    after = f"{make}X_train = s.fit_transform(X_train)\nX_test = s.transform(X_test)"
    before = after.replace("X_train", "X").replace("\nX_test = s.transform(X_test)", "")
    assert sections(DATA, SPLIT, after, FIT, SCORE)[2] == "training"
    assert sections(DATA, before, SPLIT, FIT, SCORE)[1] == "data"


def test_what_is_learnt_from_the_training_rows_by_hand_is_training() -> None:
    fill = "middle = X_train.median()\nX_train = X_train.fillna(middle)\nX_test = X_test.fillna(middle)"
    assert sections(DATA, SPLIT, fill, FIT, SCORE) == ["data", "data", "training", "training", "evaluation"]


def test_parts_that_are_put_together_again_are_the_whole_table() -> None:
    parts = "first = df[:100]\nsecond = df[100:]"
    whole = "df = pd.concat([first, second])\ndf = df.fillna(df.mean())\nX = df.drop('y', axis=1)\ny = df['y']"
    assert sections(DATA, parts, whole, SPLIT, FIT, SCORE)[1:3] == ["data", "data"]


def test_a_cell_that_prepares_answers_to_be_judged_is_evaluation() -> None:
    answer = "pred = model.predict(X_test)"
    prepare = "import numpy as np\npred = np.exp(pred)\ntruth = np.exp(y_test)"
    judge = "from sklearn.metrics import mean_squared_error\nmean_squared_error(truth, pred)"
    found = suggestion(DATA, SPLIT, FIT, answer, prepare, judge)
    assert [cell.section for cell in found.cells[4:]] == ["evaluation", "evaluation"]
    assert found.inference is not None, "the bare answer is not what is judged"
    assert "np.exp(" in found.inference.source


def test_a_measure_by_hand_is_evaluation() -> None:
    measure = "import numpy as np\nprint(np.mean(pred == y_test))"
    assert sections(DATA, SPLIT, FIT, "pred = model.predict(X_test)", measure) == [
        "data", "data", "training", "inference", "evaluation",
    ]  # fmt: skip


def test_a_drawn_difference_is_no_measure() -> None:
    draw = "import matplotlib.pyplot as plt\npred = model.predict(X_test)\nplt.scatter(pred, y_test - pred)"
    assert sections(DATA, SPLIT, FIT, draw)[3] == "inference"
