"""What the bot and the portal both do with an answer: cut it, link it and tell the query log."""
