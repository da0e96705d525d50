"""Commands: each a thin call downwards. Results to stdout, progress and errors to stderr."""
