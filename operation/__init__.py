"""Running the server: how it is, and what it writes to its log."""
