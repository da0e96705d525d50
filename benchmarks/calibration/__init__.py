"""How often trialist, and what is used instead, is wrong: error rates, coverage, power, speed."""
