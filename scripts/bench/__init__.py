"""Measurements of the server on the large home, beside an empty tool on the bare SDK.

Run by `scripts/bench/run`. It prints JSON and asserts nothing.
"""
