"""The ledger: what runs are told to it goes in, and what is true of them comes out, whatever has happened since."""
