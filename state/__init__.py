"""What outlives a process: values that expire, and claims that one of several processes gets."""
