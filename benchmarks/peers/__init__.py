"""trialist beside the tools that people use today, each installed for real; `make bench-peers`."""
