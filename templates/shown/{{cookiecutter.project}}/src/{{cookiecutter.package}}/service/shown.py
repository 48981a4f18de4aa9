"""What there is to say goes in; JSON for programs comes out, or a page for browsers: no script, and no other file."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse

STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
DIGEST = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CSP = f"default-src 'none'; style-src 'sha256-{DIGEST}'; base-uri 'none'; frame-ancestors 'none'"
"""Nothing is loaded, nothing is run, and only this style applies."""


def shown(request: Request, found: dict[str, Any], page: Callable[[dict[str, Any]], str]) -> Response:
    """Return it as JSON, or as the page where a browser asks."""
    vary = {"Vary": "Accept"}
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse(found, headers=vary)
    return Response(page(found), media_type="text/html", headers={"Content-Security-Policy": CSP, **vary})


def html(title: str, body: str) -> str:
    """Return a whole page; its title is plain text, its body HTML."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><h1>{escape(title)}</h1>{body}</body></html>"
    )
