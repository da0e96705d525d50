"""Estimates: numbers in, estimates out. No files, no clock, no randomness, no verdicts."""
