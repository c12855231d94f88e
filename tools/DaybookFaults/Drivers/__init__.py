"""The parts of `faults`: one file for each way to break things, and what they share."""
