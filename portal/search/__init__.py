"""The search page, and its twin for other programs."""
