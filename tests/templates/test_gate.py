"""Which way a metric is better, told by its name: of the gate that every repository has."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st


def _gate() -> ModuleType:
    path = (
        Path(__file__).parents[2]
        / "templates"
        / "project/{{cookiecutter.project}}/src/{{cookiecutter.package}}/gate.py"
    )
    module = ModuleType("gate")
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), module.__dict__)  # leaves no bytecode there
    return module


gate = _gate()

MORE = """
accuracy acc val_acc test_accuracy Accuracy auc roc_auc rocAuc AUC pr_auc auroc f1 f1_macro F1-score f2 r2 R2
R² r_squared adjusted_r2 explained_variance d2_log_loss_score d2_absolute_error_score test_score cv_score mcc
kappa precision_at_10 recall@5 ndcg iou log_likelihood silhouette_score neg_mean_squared_error neg_log_loss
neg_rmse neg_brier_score neg_negative_likelihood_ratio
"""
LESS = """
rmse RMSE mae mae_kwh mape smape mse log_loss logloss valLoss hinge_loss cross_entropy brier_score
brier_score_loss mean_absolute_error median_absolute_error max_error error_rate test_error hamming_loss
negative_log_likelihood negative_likelihood_ratio davies_bouldin_score perplexity neg_r2 mean_pinball_loss nll
"""
NEITHER = """
auc_std accuracy_sd r2_var accuracy_threshold overfit_accuracy_gap train_loss_seconds fit_time score_time
n_rows rows n_errors error_count auc_ci_low auc_ci_high rmse_lower rmse_upper sample_size best_threshold
cutoff naive_mae baseline_accuracy dummy_r2 false_negative_rate negative_recall neg_precision mean_error bias
variance standard_error
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [(n, 1) for n in MORE.split()] + [(n, -1) for n in LESS.split()] + [(n, 0) for n in NEITHER.split()],
)
def test_the_direction_of_a_name(name: str, expected: int) -> None:
    assert gate.direction(name) == expected


def test_more_of_every_scorer_of_scikit_learn_is_better() -> None:
    names = pytest.importorskip("sklearn.metrics").get_scorer_names()
    assert {name: gate.direction(name) for name in names} == dict.fromkeys(names, 1)


@given(st.sampled_from([*MORE.split(), *LESS.split()]), st.sampled_from(["std", "sd", "gap", "seconds", "ci", "low"]))
def test_what_describes_a_metric_has_no_direction(metric: str, word: str) -> None:
    assert gate.direction(f"{metric}_{word}") == gate.direction(f"{word}_{metric}") == 0


@given(st.sampled_from(["mse", "rmse", "mae", "log_loss", "max_error", "mean_squared_error", "mape"]))
def test_neg_changes_the_direction(metric: str) -> None:
    assert (gate.direction(metric), gate.direction(f"neg_{metric}"), gate.direction(f"test_neg_{metric}")) == (-1, 1, 1)


@given(st.sampled_from([*MORE.split(), *LESS.split(), *NEITHER.split()]), st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))
def test_a_better_model_is_never_refused(metric: str, new: float, old: float) -> None:
    refused = list(gate.complaints({metric: new}, {metric: old}))
    assert not (refused and (new - old) * gate.direction(metric) >= 0)


def test_the_models_that_were_judged_wrongly() -> None:
    gate.check({"neg_mean_squared_error": -1.0, "auc_std": 0.01}, {"neg_mean_squared_error": -2.0, "auc_std": 0.02})
    with pytest.raises(gate.Refused):
        gate.check({"neg_mean_squared_error": -2.0}, {"neg_mean_squared_error": -1.0})
