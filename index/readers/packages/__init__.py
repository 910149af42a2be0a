"""Formats that are archives of pages: books and course packages."""
