"""What the offline job tells people and scripts."""
