"""Ray Serve with dynamic request batching: a replica for each worker, with a processor each."""

from __future__ import annotations

import os
import signal
from typing import Any

from ray import serve
from starlette.requests import Request


@serve.deployment(
    num_replicas=int(os.environ["WORKERS"]),
    max_ongoing_requests=1000,
    logging_config={"enable_access_log": False},
)
class Model:
    """The model in a replica of its own."""

    def __init__(self) -> None:
        import model

        self.together = model.together

    @serve.batch(max_batch_size=64, batch_wait_timeout_s=0.0)
    async def batch(self, requests: list[list[Any]]) -> list[list[Any]]:
        """Answer all that wait by one call."""
        return self.together(requests)

    async def __call__(self, request: Request) -> dict[str, Any]:
        """Answer one request."""
        return {"predictions": await self.batch((await request.json())["records"])}


if __name__ == "__main__":
    serve.start(http_options={"host": "127.0.0.1", "port": int(os.environ["PORT"])})
    serve.run(Model.bind(), route_prefix="/predict")
    signal.pause()
