"""Answers for many at once, from the snapshot that is active now, off the event loop."""
