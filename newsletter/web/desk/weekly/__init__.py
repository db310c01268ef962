"""Pages about this week: what goes out when, and what an editor begins by hand."""
