"""A sentence-transformers model as one graph: exported once, proven, and run without torch."""
