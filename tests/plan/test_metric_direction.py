"""Which way a metric is better, told by its name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb2prod.plan.metric_direction import direction

MORE = """
accuracy acc val_acc test_accuracy Accuracy auc roc_auc rocAuc AUC pr_auc auroc f1 f1_macro F1-score f2 r2 R2
R² r_squared adjusted_r2 explained_variance d2_log_loss_score d2_absolute_error_score test_score cv_score mcc
kappa precision_at_10 recall@5 ndcg iou log_likelihood silhouette_score neg_mean_squared_error neg_log_loss
neg_rmse neg_brier_score neg_negative_likelihood_ratio
low_birth_weight_recall high_risk_precision upper_class_f1 time_score testAUC valAUC trainROCAUC valR2 R2Score F1Score
testF1Score balancedAccuracy valAccuracy BinaryAccuracy PrecisionAtRecall precision_at_n n_accuracy count_r2
sparse_categorical_accuracy top_k_categorical_accuracy mean_io_u MeanIoU valMeanIoU multi_accuracy aucpr auc_mu
average_precision averagePrecision map map@10 mAP mAP50 ndcg@5 valid_0_auc validation_0-auc jaccard_score
cohen_kappa_score matthews_corrcoef fowlkes_mallows_score adjusted_rand_score seconds_r2 time_to_failure_r2
hearing_loss_auc weight_loss_accuracy test_error_recall gini normalized_gini val_gini gini_coefficient
"""
LESS = """
rmse RMSE mae mae_kwh mape smape mse log_loss logloss valLoss hinge_loss cross_entropy brier_score
brier_score_loss mean_absolute_error median_absolute_error max_error error_rate test_error hamming_loss
negative_log_likelihood negative_likelihood_ratio davies_bouldin_score perplexity neg_r2 mean_pinball_loss nll
rmse_seconds rmse_ms mae_time count_rmse size_mae rows_mape time_to_failure_mae mae_n sec_rmse mean_error_rate
test_mean_error_rate mean_absolute_error_seconds root_mean_squared_error_count delivery_time_error count_error
low_season_mae high_price_rmse lower_back_pain_log_loss number_of_rooms_rmse duration_log_loss testRMSE testMAE
valMAE RMSETest RMSEVal testLogLoss valMSE trainRMSLE nRMSE sMAPE wMAPE testMeanSquaredError RootMeanSquaredError
binary_crossentropy val_categorical_crossentropy BinaryCrossentropy kl_divergence kullback_leibler_divergence hinge
squared_hinge logcosh binary_logloss multi_logloss multi_error mlogloss merror error@0.7 valid_0_rmse
validation_0-mlogloss poisson-nloglik gamma_deviance mean_poisson_deviance root_mean_squared_log_error val_loss
l1 l2 valid_0_l1 test_l2 dice_loss iou_loss precision_farming_rmse
"""
NEITHER = """
auc_std accuracy_sd r2_var accuracy_threshold overfit_accuracy_gap train_loss_seconds fit_time score_time
n_rows rows n_errors error_count auc_ci_low auc_ci_high rmse_lower rmse_upper sample_size best_threshold
cutoff naive_mae baseline_accuracy dummy_r2 false_negative_rate negative_recall neg_precision mean_error bias
variance standard_error mean_error_seconds mean_error_kwh test_mean_error meanError n_samples number_of_errors
loss_seconds training_time auc_low auc_high rmse_upper_bound auc_ci_low_95 recall_lower TruePositives learning_rate
lr maximum mapping trainSeconds scoreTime map_size radio_users
gini_impurity reg_l1 l1_ratio lambda_l2 auc_of_hearing_loss mae_auc profit churned
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [(n, 1) for n in MORE.split()] + [(n, -1) for n in LESS.split()] + [(n, 0) for n in NEITHER.split()],
)
def test_the_direction_of_a_name(name: str, expected: int) -> None:
    assert direction(name) == expected


def test_more_of_every_scorer_of_scikit_learn_is_better() -> None:
    names = pytest.importorskip("sklearn.metrics").get_scorer_names()
    assert {name: direction(name) for name in names} == dict.fromkeys(names, 1)


@given(st.sampled_from([*MORE.split(), *LESS.split()]), st.sampled_from(["std", "sd", "gap", "ci"]))
def test_what_describes_a_metric_has_no_direction(metric: str, word: str) -> None:
    assert direction(f"{metric}_{word}") == direction(f"{word}_{metric}") == 0


@given(st.sampled_from(["mse", "rmse", "mae", "log_loss", "max_error", "mean_squared_error", "mape"]))
def test_neg_changes_the_direction(metric: str) -> None:
    assert (direction(metric), direction(f"neg_{metric}"), direction(f"test_neg_{metric}")) == (-1, 1, 1)


@given(
    st.sampled_from(["rmse", "mae", "mape", "accuracy", "r2", "roc_auc", "f1", "log_loss", "mean_squared_error"]),
    st.sampled_from(["seconds", "time", "count", "rows", "s", "n", "size", "ms", "days", "low_price"]),
)
def test_the_unit_of_a_metric_does_not_hide_it(metric: str, unit: str) -> None:
    assert direction(f"{unit}_{metric}") == direction(metric)
    if unit != "low_price":
        assert direction(f"{metric}_{unit}") == direction(metric)
