"""Publications: the name, sender, cadence, plan and rules of one newsletter."""
