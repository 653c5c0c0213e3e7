"""How a stored article was read, rule by rule: asked of one process of its own, which alone loads the model."""
