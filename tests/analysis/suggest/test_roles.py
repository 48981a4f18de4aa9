"""What the names of a notebook's own functions say."""

from __future__ import annotations

import pytest

from nb2prod.analysis.suggest.roles import load_roles


@pytest.mark.parametrize("name", ["rmse", "my_score", "computeAUC", "score_model", "probabilities_to_auc"])
def test_a_name_says_that_a_function_judges(name: str) -> None:
    assert load_roles().measures(name)


@pytest.mark.parametrize("name", ["score_to_label", "errorToColor", "score_2_class", "prepare", "to_label"])
def test_a_name_says_that_a_function_makes_something_else(name: str) -> None:
    assert not load_roles().measures(name)
