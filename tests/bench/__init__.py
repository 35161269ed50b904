"""Measures this machine: `make bench` prints one table; figures are compared as ratios within one run."""
