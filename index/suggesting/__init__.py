"""Offline, and only if an admin names an endpoint: a language model words what may be asked of each
place, as candidates for a person to review."""
