"""The lab: a real Home Assistant, and everything needed to build and test against it.

`core.running_core` is what tests use; `main` is what the commands in `scripts/` call.
"""
