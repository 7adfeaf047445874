"""The command line, and what only it needs: the verbs, their words, and how answers are printed."""
