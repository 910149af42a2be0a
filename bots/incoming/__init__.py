"""Activities become plain messages, and messages wishes."""
