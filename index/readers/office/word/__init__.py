"""The parts of a Word document: its styles, numbers, words, tables and changes."""
