"""Commands about the machine: set-up, running parts, status, keys."""
