"""The newsletter: gathers the week, prints an issue, sends it to each subscriber once."""
