"""Rules of licensing: pure, integers only."""
