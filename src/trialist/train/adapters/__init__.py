"""Loops of other frameworks, told to a run: one callback each, loaded when it is used."""
