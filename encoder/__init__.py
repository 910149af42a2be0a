"""Texts become vectors: the protocol, the sentence-transformers reference, and its export."""
