"""Pure. Pages: what an article's page says of itself, its text, its images, and pages written by hand."""
