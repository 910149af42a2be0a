"""What a question says: its language, its words as they are read, and what it is about."""
