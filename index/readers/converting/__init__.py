"""Files of old formats become files of today's before they are read."""
