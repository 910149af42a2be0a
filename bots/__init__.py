"""The conversation in Teams."""
