"""What people have said beforehand about questions: answers that they pinned, places that answer
a question, and how a sensitive topic is told."""
