"""The doctor: what keeps Signpost from answering, and what to do about it."""
