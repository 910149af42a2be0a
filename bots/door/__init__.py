"""Who may come in, and only once."""
