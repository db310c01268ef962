"""Commands about people: subscribers, audiences, editors, programs."""
