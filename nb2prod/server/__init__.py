"""JupyterLab's requests go in; jobs, outlines and refusals as JSON come out. All the work is done in processes."""

from __future__ import annotations

from typing import Any


def _load_jupyter_server_extension(app: Any) -> None:
    """Add the routes to a Jupyter server. Nothing heavy is imported: ``server extension list`` waits for it."""
    from nb2prod.server.routes import add_routes

    add_routes(app)
