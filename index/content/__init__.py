"""The content folder: what lies in it, what its metadata say, and what may be served."""
