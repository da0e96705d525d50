"""Probes on the code of a trial, and on what it makes torch do."""
