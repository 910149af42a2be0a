"""What the portal shows before anybody asks: what is new, collections, what wants a review."""
