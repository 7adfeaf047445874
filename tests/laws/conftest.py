"""How hard the laws are tried: ``--hypothesis-profile=long`` for more."""

from hypothesis import settings

# No deadline: the first call of many an Arrow function is slow.
settings.register_profile("default", deadline=None, max_examples=60)
settings.register_profile("long", deadline=None, max_examples=1000)
