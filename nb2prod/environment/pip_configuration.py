"""What pip is configured with, as the environment variables that tell uv the same: uv does not read pip's files."""

from __future__ import annotations

import ast
import functools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping

LISTED = re.compile(r"^(?P<section>:env:|[\w-]+)\.(?P<key>[\w-]+)=(?P<value>.+)$")
PRECEDENCE = ("global", "install", ":env:")
"""Later sections overrule earlier ones, as in pip."""


def uv_variables(pip: Mapping[str, str], environ: Mapping[str, str], *, local: bool = True) -> dict[str, str]:
    """Translate pip's options (``index-url``, ``find-links``, ...) into uv's environment variables.

    Options that were set for uv itself in ``environ`` win. ``local=False`` leaves out folders of this machine: what is
    resolved without them holds elsewhere too.
    """
    links = _places(pip.get("find-links", ""), local)
    indexes = _places(pip.get("extra-index-url", ""), local)
    wanted = {
        "UV_DEFAULT_INDEX": pip.get("index-url", ""),
        "UV_INDEX": " ".join(indexes),
        # pip takes the best version of all indexes; uv by default only looks into the first that has the name
        "UV_INDEX_STRATEGY": "unsafe-best-match" if indexes else "",
        "UV_FIND_LINKS": ",".join(links),
        "SSL_CERT_FILE": pip.get("cert", ""),
        "UV_HTTP_TIMEOUT": pip.get("timeout", "") or pip.get("default-timeout", ""),
        "UV_INSECURE_HOST": " ".join(pip.get("trusted-host", "").split()),
        "UV_NO_INDEX": "1" if pip.get("no-index", "").lower() in {"1", "true", "yes", "on"} else "",
        "ALL_PROXY": pip.get("proxy", ""),
    }
    said = {"UV_DEFAULT_INDEX": "UV_INDEX_URL", "UV_INDEX": "UV_EXTRA_INDEX_URL"}
    return {
        name: value
        for name, value in wanted.items()
        if value and name not in environ and said.get(name, name) not in environ
    }


@functools.cache
def pip_options() -> Mapping[str, str]:
    """Return pip's options by their long names, from its files and ``PIP_*`` variables; cached for the process."""
    listed = _pip_config_list()
    if listed is None:
        return {
            name.removeprefix("PIP_").lower().replace("_", "-"): value
            for name, value in os.environ.items()
            if name.startswith("PIP_")
        }
    return parse_config_list(listed)


def parse_config_list(text: str) -> dict[str, str]:
    """Read what ``pip config list`` prints: one ``section.key='value'`` a line."""
    found: dict[str, dict[str, str]] = {section: {} for section in PRECEDENCE}
    for line in text.splitlines():
        match = LISTED.match(line)
        if match and match["section"] in found:
            found[match["section"]][match["key"].replace("_", "-")] = _unquoted(match["value"])
    options: dict[str, str] = {}
    for section in PRECEDENCE:
        options.update(found[section])
    return options


def _pip_config_list() -> str | None:
    candidates = [[sys.executable, "-P", "-m", "pip"]]
    candidates += [[found] for name in ("pip", "pip3") if (found := shutil.which(name))]
    for pip in candidates:
        try:
            done = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, timeout=60, check=False)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0:
            return done.stdout
    return None


def _places(value: str, local: bool) -> list[str]:
    return [place for place in value.split() if local or _is_remote(place)]


def _is_remote(place: str) -> bool:
    return "://" in place and not place.startswith("file:")


def _unquoted(value: str) -> str:
    try:
        return str(ast.literal_eval(value))
    except (ValueError, SyntaxError):
        return value
