"""``python -m nb2prod`` is ``nb2prod``."""

from __future__ import annotations

from nb2prod.cli import main

if __name__ == "__main__":
    main(prog_name="python -m nb2prod")
