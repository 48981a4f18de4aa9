"""Ends that could not be written go in; whoever uses the same ledger later in this process has them written."""

from __future__ import annotations

import threading
from contextlib import suppress

from nb2prod.errors import Nb2ProdError
from nb2prod.ledger.ledger import Ledger
from nb2prod.ledger.model import Claim, Ended
from nb2prod.ledger.places import Place

_untold: list[tuple[Place, Claim, Ended]] = []
_lock = threading.Lock()


def keep_to_tell(ledger: Ledger, claim: Claim, ended: Ended) -> None:
    """Keep how an attempt ended, since the ledger cannot take it now: a Jupyter kernel lives on, and makes room."""
    with _lock:
        _untold.append((ledger.place, claim, ended))


def tell_again(ledger: Ledger) -> None:
    """Write what is kept for a ledger, each once; what it cannot take now either is kept on."""
    with _lock:
        for kept in [each for each in _untold if each[0] == ledger.place]:
            with suppress(Nb2ProdError):
                ledger.end(kept[1], kept[2], patience=0)
                _untold.remove(kept)
