"""The page of one resource: what it is, what is in it, and what stands beside it."""
