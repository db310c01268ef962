"""Commands about when issues come out: the dates, those that are skipped, and other times."""
