"""Pictures of the pages on which answers stand."""
