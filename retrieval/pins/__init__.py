"""What stands above ranking: answers that people have pinned, and sensitive topics."""
