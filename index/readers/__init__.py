"""Files become documents, one reader a format, in child processes with limits."""
