"""The edge: how clients reach the tools. Knows nothing of the home."""
