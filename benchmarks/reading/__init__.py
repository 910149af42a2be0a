"""How fast files are read, in how much memory, and what the worst of them do."""
