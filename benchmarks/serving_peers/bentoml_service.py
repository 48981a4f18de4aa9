"""BentoML with adaptive batching: the lists of all requests that wait are put together, and the answers taken apart."""

import os
from typing import Any

import bentoml


@bentoml.service(workers=int(os.environ["WORKERS"]), traffic={"timeout": 60}, logging={"access": {"enabled": False}})
class Model:
    """The model in each worker."""

    def __init__(self) -> None:
        import model

        self.answers = model.answers

    @bentoml.api(batchable=True, batch_dim=(0, 0), max_batch_size=1000, max_latency_ms=10_000)
    def predict(self, records: list[Any]) -> list[Any]:
        """Answer one prediction for each record."""
        return self.answers(records)
