"""The vectors of tokens: packed, kept in files, and compared with those of a question."""
