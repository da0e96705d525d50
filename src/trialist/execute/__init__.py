"""Turns a plan into recorded runs: the loop, the warm workers, what a trial function gets."""
