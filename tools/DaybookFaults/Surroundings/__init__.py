"""What surrounds a store and is against it; `hazards` runs them all."""
