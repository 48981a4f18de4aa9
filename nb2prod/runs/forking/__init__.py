"""Cells that many runs share are run once; each run is a fork of the kernel that has run them."""
