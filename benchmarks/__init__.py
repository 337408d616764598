"""Comparisons with other people's work: two things in one run, printed as ratios, never timed tests."""
