"""The message extension: a search beside the compose box, and links that say what they open."""
