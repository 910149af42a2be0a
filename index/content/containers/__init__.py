"""What holds many files and is more than a folder: archives, course packages, exports of wikis."""
