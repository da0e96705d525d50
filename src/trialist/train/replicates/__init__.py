"""Many replicates of one training in one process: stacked weights, one step for all."""
