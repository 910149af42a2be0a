"""Pictures of pages: drawn, recognised and straightened in a process of their own."""
