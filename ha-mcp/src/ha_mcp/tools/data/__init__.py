"""What was, and what can be seen."""
