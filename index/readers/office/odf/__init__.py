"""The parts of an OpenDocument file: its words and the flow of its text."""
