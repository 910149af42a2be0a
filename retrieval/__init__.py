"""Question time: a question becomes an answer out of the active snapshot."""
