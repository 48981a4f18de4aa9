"""``python -m nb2prod`` is ``nb2prod``."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    if not sys.flags.safe_path:  # modules beside notebooks come last: they are not to be taken for libraries of ours
        sys.path.append(sys.path.pop(0))

    from nb2prod.cli import main

    main(prog_name="python -m nb2prod")
