"""The people at the desk: subscribers, imports, audiences, leaves and quarantine."""
