"""Finding and reading the home."""
