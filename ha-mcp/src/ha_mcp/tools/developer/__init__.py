"""Trying things out: templates and events."""
