"""Pure. Pages: an article's metadata, text and images, and pages that their authors wrote."""
