"""Fitted statsmodels models as JSON: parameters, their covariance, and what the formula learnt; no training data."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.base.model import LikelihoodModelResults
from statsmodels.genmod import families

from . import json_file, statsmodels_formula

LINEAR = "statsmodels.regression.linear_model"
DISCRETE = "statsmodels.discrete.discrete_model"
MODELS = {
    "OLS": (LINEAR, "OLSResults", "RegressionResultsWrapper"),
    "WLS": (LINEAR, "RegressionResults", "RegressionResultsWrapper"),
    "QuantReg": ("statsmodels.regression.quantile_regression", "QuantRegResults", "RegressionResultsWrapper"),
    "RLM": ("statsmodels.robust.robust_linear_model", "RLMResults", "RLMResultsWrapper"),
    "GLM": ("statsmodels.genmod.generalized_linear_model", "GLMResults", "GLMResultsWrapper"),
    "Logit": (DISCRETE, "LogitResults", "BinaryResultsWrapper"),
    "Probit": (DISCRETE, "ProbitResults", "BinaryResultsWrapper"),
    "MNLogit": (DISCRETE, "MultinomialResults", "MultinomialResultsWrapper"),
    "Poisson": (DISCRETE, "PoissonResults", "PoissonResultsWrapper"),
}
"""Model to its module, its results and their wrapper."""
NUMBERS = ("alpha", "var_power", "power")
"""What families and links are made with."""
KEPT = ("df_model", "df_resid")
MEASURED = ("aic", "bic", "deviance", "f_pvalue", "fvalue", "llf", "llnull", "mse_resid", "nobs", "prsquared", "rsquared", "rsquared_adj", "ssr")
"""Numbers that results work out from the data when they are first asked for."""


def save(value: Any, path: Path) -> dict[str, Any]:
    """Write what prediction needs of the results of ``fit``.

    Raises:
        TypeError: if they are of another model, or the formula calls functions of the notebook's own.
    """
    results = getattr(value, "_results", value)
    model = results.model
    name = type(model).__name__
    if name not in MODELS or type(model).__module__ != MODELS[name][0]:
        raise TypeError(f"Results of {name} are not among {', '.join(MODELS)}.")
    content = {
        "model": name,
        "exog": list(model.exog_names),
        "endog": model.endog_names,
        "constant": bool(model.k_constant),
        "categories": int(getattr(model, "J", 0)),
        "params": np.asarray(results.params),
        "covariance": np.asarray(results.cov_params()),
        "scale": float(results.scale),
        "use_t": bool(results.use_t),
        "kept": {key: float(getattr(results, key)) for key in KEPT if hasattr(results, key)},
        "measured": {name: float(getattr(results, name)) for name in MEASURED if _is_number(results, name)},
        "family": _family(model) if name == "GLM" else None,
        "formula": statsmodels_formula.taken_apart(model),
    }
    return json_file.save(content, path)


def load(path: Path, details: Mapping[str, Any], build: Any = None) -> Any:
    """Return the results; they predict as they did, and know nothing of the data that they were fitted on."""
    content = json_file.load(path, details)
    module = importlib.import_module(MODELS[content["model"]][0])
    _, results, wrapper = MODELS[content["model"]]
    model = _model(module, content)
    made = _results(getattr(module, results, None), model, content)
    return getattr(module, wrapper)(made)


def _model(module: Any, content: Mapping[str, Any]) -> Any:
    """Return the model as if fitted on a table of zeros and ones that is never looked at again."""
    columns = content["exog"]
    count = max(len(columns), content["categories"]) + 2
    exog = pd.DataFrame(np.eye(count, len(columns)), columns=columns)
    endog = pd.Series(np.arange(count) % max(content["categories"], 2), name=str(content["endog"]), dtype=float)
    more = {"family": _made(families, content["family"])} if content["family"] else {}
    model = getattr(module, content["model"])(endog, exog, hasconst=content["constant"], **more)
    for name, number in content["kept"].items():
        setattr(model, name, number)
    if content["formula"]:
        model.formula = content["formula"]["text"]
        # 0.14 and earlier have design_info where later ones have model_spec
        model.data.model_spec = model.data.design_info = statsmodels_formula.put_together(content["formula"])
    return model


def _results(kind: Any, model: Any, content: Mapping[str, Any]) -> Any:
    params, scale = content["params"], content["scale"]
    plain = LikelihoodModelResults(model, params, content["covariance"] / scale, scale)
    if MODELS[content["model"]][0] == DISCRETE:
        plain.mle_retvals = {"converged": True}
        made = kind(model, plain)
    else:
        made = kind(model, params, plain.normalized_cov_params, scale)
    made.cov_params_default = content["covariance"]
    made.use_t = content["use_t"]
    for name, number in content["kept"].items():
        setattr(made, name, number)
    made._cache.update({"scale": scale, **content["measured"]})
    return made


def _is_number(results: Any, name: str) -> bool:
    try:
        return isinstance(getattr(results, name, None), (int, float, np.number))
    except (NotImplementedError, ValueError, FloatingPointError, np.linalg.LinAlgError):
        return False


def _family(model: Any) -> dict[str, Any]:
    family, link = type(model.family), type(model.family.link)
    if getattr(families, family.__name__, None) is not family or getattr(families.links, link.__name__, None) is not link:
        raise TypeError(f"The family {family.__name__} with the link {link.__name__} is not one of statsmodels' own.")
    return {"name": family.__name__, **_numbers(model.family), "link": {"name": link.__name__, **_numbers(model.family.link)}}


def _numbers(value: Any) -> dict[str, float]:
    found = {name: vars(value).get(name) for name in NUMBERS}
    return {name: float(number) for name, number in found.items() if isinstance(number, (int, float))}


def _made(module: Any, family: Mapping[str, Any]) -> Any:
    known = module.__all__ if hasattr(module, "__all__") else dir(module)
    if family["name"] not in known or family["link"]["name"] not in dir(module.links):
        raise TypeError(f"{family['name']} with {family['link']['name']} is not one of statsmodels' own.")
    link = getattr(module.links, family["link"]["name"])(**{k: v for k, v in family["link"].items() if k in NUMBERS})
    return getattr(module, family["name"])(link=link, **{k: v for k, v in family.items() if k in NUMBERS})
