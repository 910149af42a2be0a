"""The video library: what there is to watch, and the page on which it plays."""
