"""Encoding, ours beside sentence-transformers as it comes."""
