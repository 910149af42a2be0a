"""The quality of answers on labelled sets: what `make quality` runs and docs/quality.md shows."""
