"""Where the time of a turn goes, and how near to the machine's floor it is."""
