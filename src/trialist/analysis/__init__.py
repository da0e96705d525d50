"""Records become evidence: which runs count, what they estimate, and what the test says."""
