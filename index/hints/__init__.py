"""What people say: what an owner or admin says that they ask, and what Signpost knows of it."""
