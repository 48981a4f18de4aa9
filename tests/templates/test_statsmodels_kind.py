"""Results of statsmodels come back predicting the same, formulas with what they learnt included; code in them is refused."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.templates.test_artifact_kinds import Trip, kind_module, package, trip  # noqa: F401

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")
sm = pytest.importorskip("statsmodels.api")
smf = pytest.importorskip("statsmodels.formula.api")

ROWS = np.random.default_rng(0)
FRAME = pd.DataFrame(
    {
        "a": ROWS.normal(size=90),
        "b": ROWS.normal(2, 3, size=90),
        "c": ROWS.random(90),
        "group": ROWS.choice(["red", "green", "blue"], 90),
        "year": ROWS.choice([2001, 2002], 90),
    }
)
FRAME["y"] = 3 * FRAME.a - FRAME.b + (FRAME.group == "red") + ROWS.normal(0, 0.3, 90)
FRAME["yes"] = (FRAME.y + ROWS.normal(0, 4, 90) > 0).astype(int)
FRAME["n"] = np.abs(FRAME.a * 3).round().astype(int)
FRAME["code"] = FRAME.group.map({"red": 0, "green": 1, "blue": 2})
X = sm.add_constant(FRAME[["a", "c"]])

FORMULAS: dict[str, Callable[[], Any]] = {
    "ols": lambda: smf.ols("y ~ a + C(group) + np.power(c, 2) + a:b", FRAME).fit(),
    "transforms": lambda: smf.ols("y ~ center(a) + standardize(b) * group + bs(c, df=4)", FRAME).fit(),
    "contrasts": lambda: smf.ols("y ~ C(group, Treatment('red')) + C(year) + I(a ** 2) - 1", FRAME).fit(),
    "robust": lambda: smf.ols("y ~ a + b", FRAME).fit(cov_type="HC3"),
    "logit": lambda: smf.logit("yes ~ center(b) + group", FRAME).fit(disp=0),
    "poisson": lambda: smf.glm("n ~ np.abs(a) + c", FRAME, family=sm.families.Poisson()).fit(),
    "binomial": lambda: smf.glm("yes ~ a", FRAME, family=sm.families.Binomial(sm.families.links.Probit())).fit(),
    "quantile": lambda: smf.quantreg("y ~ a + b", FRAME).fit(q=0.5),
    "rlm": lambda: smf.rlm("y ~ a + b", FRAME).fit(),
    "counts": lambda: smf.poisson("n ~ c", FRAME).fit(disp=0),
}
ARRAYS: dict[str, Callable[[], Any]] = {
    "ols": lambda: sm.OLS(FRAME.y, X).fit(),
    "arrays": lambda: sm.OLS(FRAME.y.to_numpy(), X.to_numpy()).fit(),
    "wls": lambda: sm.WLS(FRAME.y, X, weights=1 + FRAME.c).fit(),
    "logit": lambda: sm.Logit(FRAME.yes, X).fit(disp=0),
    "probit": lambda: sm.Probit(FRAME.yes, X).fit(disp=0),
    "multinomial": lambda: sm.MNLogit(FRAME.code, X).fit(disp=0),
    "gamma": lambda: sm.GLM(np.exp(FRAME.a), X, family=sm.families.Gamma(sm.families.links.Log())).fit(),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_keeps_what_it_learnt(trip: Trip, name: str) -> None:  # noqa: F811
    _same(trip, FORMULAS[name], FRAME.drop(columns=["y", "yes", "n"]).head(5))


@pytest.mark.parametrize("name", ARRAYS)
def test_without_a_formula(trip: Trip, name: str) -> None:  # noqa: F811
    _same(trip, ARRAYS[name], X.head(5))


def _same(trip: Trip, fit: Callable[[], Any], rows: Any) -> None:  # noqa: F811
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = fit()
        back = trip("statsmodels", results)
        assert type(back) is type(results)
        np.testing.assert_array_equal(np.asarray(back.predict(rows)), np.asarray(results.predict(rows)))
        np.testing.assert_array_equal(np.asarray(back.params), np.asarray(results.params))
        np.testing.assert_allclose(np.asarray(back.bse), np.asarray(results.bse), rtol=1e-12)
        np.testing.assert_allclose(np.asarray(back.conf_int()), np.asarray(results.conf_int()), rtol=1e-12)
        if type(results.model).__name__ in {"OLS", "WLS"}:
            frames = [r.get_prediction(rows).summary_frame(alpha=0.1) for r in (back, results)]
            pd.testing.assert_frame_equal(*frames, rtol=1e-12)


def test_no_training_data_is_in_the_file(package: None, tmp_path: Path) -> None:  # noqa: F811
    kind_module("statsmodels").save(FORMULAS["ols"](), tmp_path / "file")
    text = (tmp_path / "file").read_text()
    assert len(text) < 10_000
    assert repr(float(FRAME.y[3])) not in text


def test_functions_of_the_notebook_in_a_formula_are_refused(package: None, tmp_path: Path) -> None:  # noqa: F811
    def halved(values: Any) -> Any:
        return values / 2

    results = smf.ols("y ~ halved(a)", FRAME).fit()
    with pytest.raises(TypeError, match="halved"):
        kind_module("statsmodels").save(results, tmp_path / "file")


@pytest.mark.parametrize(
    "code",
    [
        "__import__('os').system('true')",
        "a.__class__",
        "np.load('x')",
        "[x for x in a]",
        "(lambda: a)()",
        "np.linalg.inv(a)",
    ],
)
def test_a_file_with_code_in_its_formula_is_not_loaded(package: None, tmp_path: Path, code: str) -> None:  # noqa: F811
    kind_module("statsmodels").save(smf.ols("y ~ a", FRAME).fit(), tmp_path / "file")
    content = json.loads((tmp_path / "file").read_text())
    content["formula"]["factors"][0]["code"] = code
    (tmp_path / "file").write_text(json.dumps(content))
    with pytest.raises(TypeError, match="formula"):
        kind_module("statsmodels").load(tmp_path / "file", {})
