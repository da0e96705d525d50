"""Memory: journals, the hash-chained log, locks and anchors; only this room touches them."""
