"""Text recognition for pages that are pictures: whether it is there, and what becomes of them."""
