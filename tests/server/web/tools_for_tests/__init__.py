"""Tools for testing the edge: each does one thing that a tool can do to it."""
