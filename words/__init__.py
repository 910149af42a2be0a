"""The languages in which people are spoken to, and one catalogue a language."""
