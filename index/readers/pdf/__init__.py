"""PDF files: lines, tables and headings out of glyphs at places."""
