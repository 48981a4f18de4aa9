"""From data to artifacts."""

from __future__ import annotations

from . import artifacts
from .data import load_data
from .evaluation import evaluate
from .parameters import Parameters
from .training import train


def run(parameters: Parameters) -> tuple[dict[str, object], dict[str, float]]:
    """Return the artifacts by name, and the metrics."""
    data = load_data(parameters)
    model, names = train(parameters, data)
    return {"model": model, "names": names}, evaluate(data, model)


def main() -> None:
    """Train and save."""
    parameters = Parameters()
    values, metrics = run(parameters)
    print(artifacts.save(values, metrics=metrics, parameters=parameters), metrics)


if __name__ == "__main__":
    main()
