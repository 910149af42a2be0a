"""The same folder and the same questions asked of Signpost and of its peers, in one run."""
