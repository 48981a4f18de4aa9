"""What ``xgboost.train`` returns, and the ``DMatrix`` that it is asked with: XGBoost's trees, asked without classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..in_place import in_place_of
from ..not_light import NotLight
from ..row import Row
from .lightgbm_trees import Columns
from .registry import Unknown, compiles, stored
from .xgboost_trees import (
    LINKS,
    Sums,
    base_of,
    learner_of,
    logistic_single,
    named,
    powers,
    softmax_single,
    trees_of,
)

OBJECTIVES = {
    **LINKS,
    "reg:logistic": "logistic",
    "binary:logistic": "logistic",
    "multi:softprob": "softmax",
    "multi:softmax": "class",
    **dict.fromkeys(("rank:pairwise", "rank:ndcg", "rank:map"), "identity"),
}
"""What becomes of the sums, by the objective."""


@in_place_of("xgboost.DMatrix")
class Matrix:
    """What the light code has for a ``DMatrix``: a Row, or an array (n, width) with the names that it is given."""

    def __init__(self, data: Any, *, feature_names: Any = None) -> None:
        if type(data) is not Row and not isinstance(data, np.ndarray):
            raise NotLight(f"a DMatrix of a {type(data).__name__}")
        own = [str(label) for label in data.labels] if type(data) is Row else None
        self.data, self.names = data, own if feature_names is None else list(feature_names)
        if own is not None and self.names != own:
            raise NotLight("other names than those of the columns")

    def __getattr__(self, name: str) -> Any:
        raise NotLight(f"DMatrix.{name}")


@stored
@dataclass(frozen=True, eq=False)
class ExtremeBooster(Columns, Sums):
    """``rounds`` of the training, each with ``parallel`` trees for a target; ``best`` where XGBoost knows which was."""

    link: str
    rounds: int
    parallel: int
    best: int | None

    @property
    def best_iteration(self) -> int:
        """The best round, as XGBoost counts them from 0."""
        if self.best is None:
            raise NotLight("a best round where none is known")
        return self.best

    def predict(
        self, data: Any, *, output_margin: bool = False, iteration_range: Any = (0, 0)
    ) -> np.ndarray:
        """Return what the original's ``predict`` does for a matrix, (n,) or (n, classes) in float32.

        Raises:
            NotLight: for anything else than a matrix of the training's columns, and rounds other than the first ones.
        """
        begin, end = iteration_range
        if begin != 0 or type(end) is not int or not 0 <= end <= self.rounds:
            raise NotLight("rounds that are not the first ones")
        if type(data) is not Matrix or data.names != self.names:
            raise NotLight("something else than a matrix of the training's columns")
        try:
            sums = self.sums_of_rows(self.rows(data.data), end * self.parallel or None)
        except NotLight:
            raise
        except Exception as error:
            raise NotLight(f"{type(error).__name__}: {error}") from error
        return OUTPUTS["margin" if output_margin else self.link](sums)


def margin(sums: np.ndarray) -> np.ndarray:
    """Return sums as XGBoost has them: (n,) where there is one for each row."""
    return sums[:, 0] if sums.shape[1] == 1 else sums


OUTPUTS = {
    "margin": margin,
    "identity": margin,
    "log": lambda sums: powers(sums[:, 0]),
    "logistic": lambda sums: logistic_single(sums[:, 0]),
    "softmax": softmax_single,
    "class": lambda sums: softmax_single(sums).argmax(axis=1).astype(np.float32),
}


@compiles("xgboost.core.Booster")
def extreme_booster(fitted: Any) -> ExtremeBooster:
    """Return all trees of a booster."""
    learner = learner_of(fitted)
    objective = learner["objective"]["name"]
    if objective not in OBJECTIVES:
        raise Unknown(f"The objective {objective} is not known.")
    link, best = OBJECTIVES[objective], fitted.attr("best_iteration")
    classes = int(learner["learner_model_param"].get("num_class", 0))
    base = base_of(learner, max(classes, 1))
    if link == "logistic":
        base = -np.log(np.float32(1) / base - np.float32(1))
    model = learner["gradient_booster"]["model"]["gbtree_model_param"]
    return ExtremeBooster(
        **named(fitted),
        trees=trees_of(fitted, learner, len(base)),
        base=np.log(base) if link == "log" else base,
        link=link,
        rounds=int(fitted.num_boosted_rounds()),
        parallel=int(model.get("num_parallel_tree", 1)),
        best=None if best is None else int(best),
    )
