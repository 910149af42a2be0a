"""Offline: a content folder becomes a snapshot that the bot can search."""
