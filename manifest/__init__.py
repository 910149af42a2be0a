"""The Teams app package: its manifest, its icons, and the checks that they pass before upload."""
