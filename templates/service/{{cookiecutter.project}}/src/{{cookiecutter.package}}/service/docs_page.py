"""``GET /docs``: Swagger UI, with leave to run its own script and that of the place where it comes from, and no other."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

from fastapi import Response
from fastapi.openapi.docs import get_swagger_ui_html

from .. import about
from .service import Service

FROM = "https://cdn.jsdelivr.net"
ICON = "data:,"


def install(service: Service) -> None:
    """Add it; its address of the schema is relative, so that it holds behind a proxy's prefix."""
    html = get_swagger_ui_html(openapi_url="openapi.json", title=about.TITLE, swagger_favicon_url=ICON).body
    headers = {"Content-Security-Policy": policy(bytes(html))}

    async def docs() -> Response:
        return Response(html, media_type="text/html", headers=headers)

    service.app.add_api_route("/docs", docs, include_in_schema=False)


def policy(html: bytes) -> str:
    """Return what the page may do: run the scripts that stand in it, and load Swagger UI."""
    scripts = re.findall(rb"<script>(.*?)</script>", html, re.DOTALL)
    hashes = [f"'sha256-{b64encode(sha256(script).digest()).decode()}'" for script in scripts]
    return (
        f"default-src 'none'; script-src {FROM} {' '.join(hashes)}; style-src {FROM} 'unsafe-inline'; "
        f"img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
