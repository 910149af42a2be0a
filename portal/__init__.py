"""The search page: the same answers in a browser."""
