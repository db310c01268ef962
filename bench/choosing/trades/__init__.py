"""Four weeks of news of three trades that are not AI, written and labelled for this bench."""
