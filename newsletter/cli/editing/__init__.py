"""Commands that editors use: sources, articles, tools, issues, deliveries."""
