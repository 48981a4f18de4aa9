"""Sweeps: many runs of one notebook, queued in the ledger, done by workers, taken up again after anything."""
