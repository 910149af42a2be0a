"""ZIP archives in the content: their members by path, for the index and for the preview."""
