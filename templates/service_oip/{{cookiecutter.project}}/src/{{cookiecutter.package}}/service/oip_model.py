"""What the Open Inference Protocol says of the model."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from .oip_tensors import INPUTS, OUTPUTS
from .problems import ProblemError
from .service import Service

NAME = __package__.split(".")[0]
"""What the model is called: as the package."""


def refuse_unknown(service: Service, request: Request) -> None:
    """Raise unless the path names this model, and the version that is served."""
    version = service.loaded.version
    if request.path_params["model"] != NAME:
        raise ProblemError(404, f"There is no such model: the only one is {NAME}.")
    if request.path_params.get("version", version) != version:
        raise ProblemError(404, f"There is no such version: the one that is served is {version}.")


def metadata(service: Service) -> dict[str, Any]:
    """Return what the model takes and answers, as the protocol wants it."""
    taken = [
        {"name": each.name, "datatype": each.datatype, "shape": [-1, *each.shape]}
        for each in INPUTS
    ]
    given = [
        {"name": each.name, "datatype": each.datatype, "shape": [-1, *each.shape[1:]]}
        for each in OUTPUTS
    ]
    return {
        "name": NAME,
        "versions": [service.loaded.version],
        "platform": "python",
        "inputs": taken,
        "outputs": given,
    }
