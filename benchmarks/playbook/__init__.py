"""The checks on searches, measured on surfaces whose answers are known."""
