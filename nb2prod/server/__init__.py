"""JupyterLab's requests go in; jobs, outlines and refusals as JSON come out. All the work is done in processes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

ONLY_PYTHON = (
    "nb2prod is installed without its JupyterLab extension, so JupyterLab shows nothing of it: install it again, "
    "without NB2PROD_PYTHON_ONLY"
)


def _load_jupyter_server_extension(app: Any) -> None:
    """Add the routes to a Jupyter server. Nothing heavy is imported: ``server extension list`` waits for it."""
    from jupyter_core.paths import jupyter_path

    from nb2prod.server.routes import add_routes

    add_routes(app)
    if not any(Path(folder, "nb2prod", "package.json").is_file() for folder in jupyter_path("labextensions")):
        app.log.warning(ONLY_PYTHON)
