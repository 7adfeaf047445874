"""Who and what is one: what is claimed, what people decide, what follows, and why."""
