"""What may be said: the vocabulary, its shapes, its questions."""
