"""What leaves the query log: a person who asks for it, and what has had its time."""
