"""The parts of cards, and what is said instead of one."""
