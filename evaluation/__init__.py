"""Labelled questions become figures: ranking, places, sentences and honesty."""
