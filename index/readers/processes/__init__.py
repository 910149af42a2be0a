"""Processes with limits in which files are read, as they are seen from ours."""
