"""Design: from a question to a plan; what would count as an answer is fixed before it runs."""
