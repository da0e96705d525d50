"""Probes on data, model, code and curves: each gives findings."""
