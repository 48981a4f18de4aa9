"""The probe: source that runs in the notebook's kernel, which may be a Python from 3.8 on without anything installed.

Nothing here may import more than the standard library, or from outside this folder.
"""
