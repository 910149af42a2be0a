"""Rows on disk before they are in the query log's database, so that a crash loses none."""
