"""Who may come in, with which rights."""
