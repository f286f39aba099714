"""Finding things by words, filters and states: the index, and what ranks what it finds."""
