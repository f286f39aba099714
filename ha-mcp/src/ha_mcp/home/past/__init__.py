"""What was: states, statistics, the logbook and energy."""
