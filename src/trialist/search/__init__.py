"""Proposes configurations, and says when a trial is not worth going on; runs nothing."""
