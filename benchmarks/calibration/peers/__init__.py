"""What today's tools say of the same runs; they live in an environment of their own."""
