"""``GET /``: a page where people ask the model. It holds no data; what it shows it asks for with the caller's key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import Response

from .service import Service

FILES = {
    "/": ("page.html", "text/html"),
    "/page.js": ("page.js", "text/javascript"),
    "/why.js": ("why.js", "text/javascript"),
    "/page.css": ("page.css", "text/css"),
}
FOLDER = Path(__file__).parent / "page_files"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-cache",
}
"""Nothing is loaded from another host, nor run that is not in these files."""


def install(service: Service) -> None:
    """Add the page and its two files, which need no key."""
    if not service.settings.page:
        return
    for path, (name, kind) in FILES.items():
        service.open_paths.add(path)
        text = (FOLDER / name).read_text(encoding="utf-8")
        service.app.add_api_route(path, shown(text, kind), include_in_schema=False)


def shown(text: str, kind: str) -> Callable[[], Awaitable[Response]]:
    """Return what answers with a file."""

    async def page_file() -> Response:
        return Response(text, media_type=kind, headers=HEADERS)

    return page_file
