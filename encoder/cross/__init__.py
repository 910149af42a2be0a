"""Cross-encoders: a question and a passage, read together, become one score."""
