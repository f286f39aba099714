"""Configuration: everything that can be set up, seen before it is done, and taken back."""
