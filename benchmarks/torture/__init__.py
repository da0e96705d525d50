"""Kills and faults: nothing acknowledged is lost or doubled, and the answer is the same."""
