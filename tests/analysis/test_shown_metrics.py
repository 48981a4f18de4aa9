"""What evaluation only shows gets a name."""

from __future__ import annotations

import pytest

from nb2prod.analysis.shown_metrics import ShownMetric, find_shown_metrics, texts_of
from tests.analysis.cells import flow_of

BEFORE = (
    "import numpy as np\nfrom sklearn.metrics import accuracy_score, mean_squared_error, log_loss, r2_score\n"
    "from sklearn.model_selection import cross_val_score\nfrom data import model, X_train, X_test, y_train, y_test\n"
    "trained = 0.5 + model.a\ndef helper(x): return x\nRATE = 3"
)


def shown(*evaluation: str) -> list[tuple[str, str]]:
    """Return the names and expressions that are found in evaluation cells behind ``BEFORE``."""
    return [(m.name, m.expression) for m in metrics_of(BEFORE, *evaluation)]


def metrics_of(before: str, *evaluation: str) -> tuple[ShownMetric, ...]:
    """Return what is found in the cells behind the first one."""
    flow = flow_of(before, *evaluation)
    return find_shown_metrics(flow, [s.index for s in flow.statements if s.cell])


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        pytest.param("print(accuracy_score(y_test, p))", ["accuracy"], id="a metric is printed"),
        pytest.param("print('MSE is', mean_squared_error(y_test, p))", ["mse"], id="behind a label"),
        pytest.param("accuracy_score(y_test, p)", ["accuracy"], id="a bare expression"),
        pytest.param("print(f'{r2_score(y_test, p):.2f} of 1')", ["r2"], id="in an f-string"),
        pytest.param("print('{:.2f}'.format(r2_score(y_test, p)))", ["r2"], id="by format"),
        pytest.param("print('%.2f' % r2_score(y_test, p))", ["r2"], id="by %"),
        pytest.param("print('R2: ' + str(r2_score(y_test, p)))", ["r2"], id="joined to a text"),
        pytest.param("print('R2: ' + str(r2_score(y_test, p)) + '!')", ["r2"], id="in the middle of a text"),
        pytest.param("print(round(r2_score(y_test, p) * 100, 2))", ["r2"], id="rounded, as a percentage"),
        pytest.param("print(np.sqrt(mean_squared_error(y_test, p)))", ["rmse"], id="the root of one"),
        pytest.param("mean_squared_error(y_test, p) ** 0.5", ["rmse"], id="the root of one as a power"),
        pytest.param("cross_val_score(model, X_train, y_train).mean()", ["mean_cross_val"], id="the mean of several"),
        pytest.param("np.mean(cross_val_score(model, X_train, y_train))", ["mean_cross_val"], id="NumPy's mean"),
        pytest.param(
            "s = cross_val_score(model, y_test)\nprint(s.mean(), s.std() * 2)", ["mean_s", "std_s"], id="means"
        ),
        pytest.param("print(np.mean((y_test - p) ** 2))", ["mse"], id="squares by hand"),
        pytest.param("print(np.sqrt(((y_test - p) ** 2).mean()))", ["rmse"], id="their root"),
        pytest.param("print(np.mean(abs(y_test - p)))", ["mae"], id="distances by hand"),
        pytest.param("print((p == y_test).mean())", ["accuracy"], id="the share of right answers"),
        pytest.param("np.mean(p != y_test)", ["error_rate"], id="the share of wrong ones"),
        pytest.param("print('R2: ' + str(round(r2_score(y_test, p), 2)) + '%')", ["r2"], id="before a text"),
        pytest.param("print({'acc': accuracy_score(y_test, p)})", ["value"], id="a dict that is written there"),
        pytest.param("print(model.best_score_)", ["best_score"], id="an attribute"),
        pytest.param("model.evaluate(X_test, y_test)[1]", ["evaluate_1"], id="one of several"),
        pytest.param("print('mean gap:', (y_test - p).mean() / 2)", ["mean_gap"], id="its label is all that names it"),
        pytest.param("log_loss(y_test, p)", ["log_loss_value"], id="its own function's name is taken"),
        pytest.param("print(trained)", ["trained"], id="a variable of another section"),
        pytest.param(
            "model.score(X_train, y_train), model.score(X_test, y_test)", ["score_train", "score_test"], id="two splits"
        ),
        pytest.param(
            "print(r2_score(y_test, p))\nprint(r2_score(y_test, p + 1))", ["r2_test", "r2_test_2"], id="twice the same"
        ),
        pytest.param("print(accuracy_score(y_test, p))\naccuracy = 1", ["accuracy_value"], id="its name is taken"),
    ],
)
def test_a_shown_number_gets_a_name(cell: str, names: list[str]) -> None:
    assert [name for name, _ in shown("p = model.predict(X_test)", cell)] == names


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param("print('done')", id="a text"),
        pytest.param("print(len(y_test), X_test.shape, X_test.shape[0])", id="sizes"),
        pytest.param("score = model.score(X_test, y_test)\nprint(score)", id="a variable of its own section"),
        pytest.param("print(model.best_params_)", id="what a search chose"),
        pytest.param("print(RATE, helper, np)", id="a constant, a function, a module"),
        pytest.param("print(f'{RATE:.2f}')", id="a constant in an f-string"),
        pytest.param("for x in range(3):\n    print(model.score(X_test, y_test))", id="many, in a loop"),
        pytest.param("print(n := model.score(X_test, y_test))", id="it gets a name where it is shown"),
    ],
)
def test_what_is_no_metric_of_its_own_stays_silent(cell: str) -> None:
    assert shown(cell) == []


@pytest.mark.parametrize(
    ("cell", "taken"),
    [
        ("print(classification_report(y_test, p))", "classification_report(y_test, p, output_dict=True)"),
        ("metrics.classification_report(y, p, digits=4)", "metrics.classification_report(y, p, output_dict=True)"),
        ("print(classification_report(y, p, **options))", ""),
    ],
)
def test_a_report_for_people_is_asked_for_as_a_dict(cell: str, taken: str) -> None:
    (metric,) = metrics_of(BEFORE, cell)
    assert (metric.name, metric.report) == ("report", taken)
    assert texts_of((metric,), {"report.accuracy": 0.5}) == {metric.statement: f"report = {taken or metric.expression}"}


def test_other_sections_stay_silent() -> None:
    assert find_shown_metrics(flow_of(BEFORE, "print(accuracy_score(y_test, y_test))"), ()) == ()


def test_the_names_become_assignments_where_the_run_saw_numbers() -> None:
    cell = "print(accuracy_score(y_test, X_test), model.coef_, trained)"
    metrics = metrics_of(BEFORE, cell)
    statement = metrics[0].statement
    assert [m.name for m in metrics] == ["accuracy", "coef", "trained"]
    text = texts_of(metrics, {"accuracy": 0.5, "trained": 1.0})
    assert text == {statement: "accuracy = accuracy_score(y_test, X_test)"}
    assert texts_of(metrics, {"trained": 1.0}) == {statement: ""}
    assert texts_of(metrics, {}) == {}
