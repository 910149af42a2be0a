"""The query log, and what is read out of it. Records plain events and imports no other package."""
