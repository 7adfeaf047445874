"""Matchers: each proposes claims that two entities are one, and changes nothing else."""
