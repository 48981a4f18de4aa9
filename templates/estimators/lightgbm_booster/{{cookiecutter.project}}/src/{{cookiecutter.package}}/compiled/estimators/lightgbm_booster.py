"""What ``lightgbm.train`` returns: the trees of LightGBM's models, asked without classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..forest import Forest
from ..not_light import NotLight
from .answers import logistic_array, softmax
from .lightgbm_trees import EXPONENTIAL, IDENTITY, LightColumns, read_off
from .registry import Unknown, compiles, stored
from .stand_in import Predictor, Values

LINKS = {
    **dict.fromkeys(IDENTITY + ("lambdarank", "rank_xendcg"), "identity"),
    **dict.fromkeys(EXPONENTIAL, "log"),
    "binary": "logistic",
    "cross_entropy": "logistic",
    "multiclass": "softmax",
}
"""What becomes of the sums of the trees, by the objective."""


@stored
@dataclass(frozen=True, eq=False)
class LightBooster(LightColumns, Predictor):
    """``rounds`` is how many rounds the trees are from, ``best_iteration`` what LightGBM says of it."""

    trees: Forest
    link: str
    rounds: int
    best_iteration: int

    def predict(self, X: Any, *, num_iteration: Any = None, raw_score: bool = False) -> np.ndarray:
        """Return what the original's ``predict`` does, (n,) or (n, classes).

        Raises:
            NotLight: for another number of rounds than is kept.
        """
        if num_iteration not in (None, self.rounds) and not (
            num_iteration <= 0 and self.best_iteration <= 0
        ):
            raise NotLight("another number of rounds")
        return self.ask("sums" if raw_score else "predict", X)

    def sums_one(self, row: Values) -> np.ndarray:
        """Return the sums of the trees for one row, (1,) or (1, classes)."""
        return flat(self.trees(self.exact(row)))

    def sums_many(self, rows: Any) -> np.ndarray:
        """Return the sums of the trees for rows, (n,) or (n, classes)."""
        return flat(self.trees(self.exact_rows(rows)))

    def predict_one(self, row: Values) -> np.ndarray:
        """Return the answer for one row, (1,) or (1, classes)."""
        return OUTPUTS[self.link](self.sums_one(row))

    def predict_many(self, rows: Any) -> np.ndarray:
        """Return the answers for rows, (n,) or (n, classes)."""
        return OUTPUTS[self.link](self.sums_many(rows))


def flat(sums: np.ndarray) -> np.ndarray:
    """Return sums as LightGBM has them: (n,) where there is one for each row."""
    return sums[:, 0] if sums.shape[1] == 1 else sums


OUTPUTS = {
    "identity": lambda sums: sums,
    "log": np.exp,
    "logistic": logistic_array,
    "softmax": softmax,
}


@compiles("lightgbm.basic.Booster")
def light_booster(fitted: Any) -> LightBooster:
    """Return the trees that answer: up to the best round where training was stopped early."""
    names = fitted.feature_name()
    named = names != [f"Column_{place}" for place in range(len(names))]
    parts, objective, trees = read_off(fitted, named)
    kind, *options = objective.split(" ")
    unusual = [option for option in options if option == "sqrt" or option.startswith("sigmoid:")]
    if kind not in LINKS or any(option != "sigmoid:1" for option in unusual):
        raise Unknown(f"The objective {objective} is not known.")
    best = int(fitted.best_iteration)
    rounds = best if best > 0 else int(fitted.current_iteration())
    return LightBooster(**parts, trees=trees, link=LINKS[kind], rounds=rounds, best_iteration=best)
