"""What is not meant for everyone, in files of its own beside those of what is: so that it moves
nothing for those who may not see it (docs/adr/0026)."""
