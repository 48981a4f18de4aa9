"""Start the service of an exported repository, to try it."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nb2prod.cli._seconds import Seconds
from nb2prod.cli._visible import json_text
from nb2prod.cli._watching import progress_option, watching

if TYPE_CHECKING:
    from nb2prod.workflows.serve import Served


@click.command()
@click.argument("repository", type=click.Path(path_type=Path))
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Where to listen (default: a free port).")
@click.option("--for", "seconds", type=Seconds(min=0), default=0, help="Stop after this many seconds (default: never).")
@click.option("--json", "as_json", is_flag=True, help="Print what goes wrong as one JSON object.")
@progress_option
def command(repository: Path, port: int, seconds: float, as_json: bool, progress: str) -> int:
    """Start the service of an exported REPOSITORY in a fresh environment, until Ctrl-C.

    It listens on this machine only, and nothing is written into the repository.
    """
    from nb2prod.workflows.serve import serve

    def tell(served: Served) -> None:
        if progress == "json":
            sys.stderr.write(json_text({"event": "serving", **asdict(served)}) + "\n")
            sys.stderr.flush()
        else:
            sys.stdout.write(f"The service is at {served.url}; {served.url}/docs lets you try it. Ctrl-C stops it.\n")
            sys.stdout.flush()

    with watching(progress) as watch:
        serve(repository, tell, port=port, seconds=seconds, watch=watch)
    return 0
