"""What a PDF page's content stream shows: runs of characters at places, if they can be seen."""
