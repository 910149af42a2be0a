"""Markdown, and the metadata at the head of texts."""
