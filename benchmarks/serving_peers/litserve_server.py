"""LitServe with batching: what waits is answered by one call.

It does not wait for more, which is quickest for one client too: requests gather by themselves while the model works.
"""

from __future__ import annotations

import os
from typing import Any

import litserve


class API(litserve.LitAPI):
    """The model in a worker process; requests come to it in batches."""

    def setup(self, device: str) -> None:
        """Load the model, in the worker."""
        import model

        self.together = model.together

    def decode_request(self, request) -> list[Any]:  # type: ignore[no-untyped-def]  # LitServe reads the annotation
        """Take the records."""
        return list(request["records"])

    def batch(self, inputs: list[list[Any]]) -> list[list[Any]]:
        """Leave requests apart: they have different numbers of records."""
        return inputs

    def predict(self, batch: list[list[Any]]) -> list[list[Any]]:
        """Answer all by one call."""
        return self.together(batch)

    def unbatch(self, output: list[list[Any]]) -> list[list[Any]]:
        """Give each request its own."""
        return output

    def encode_response(self, output: list[Any]) -> dict[str, Any]:
        """Say it."""
        return {"predictions": output}


if __name__ == "__main__":
    workers = int(os.environ["WORKERS"])
    api = API(max_batch_size=64, batch_timeout=0.0)
    server = litserve.LitServer(api, accelerator="cpu", workers_per_device=workers)
    server.run(host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning", generate_client_file=False)
