"""Drawings: a network laid out and coloured once, then written by whichever renderer fits."""
