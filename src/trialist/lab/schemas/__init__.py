"""JSON Schemas of what trialist writes: plans, results, lines of journals and logs."""
