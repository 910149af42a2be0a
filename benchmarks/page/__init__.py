"""One page of what all benchmarks found, with plots."""
