"""Finding and calling actions."""
