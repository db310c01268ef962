"""Issues beside the cadence: extra ones, other times, and what they hold."""
