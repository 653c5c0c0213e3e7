"""What the mentions of an article stand for: entities, posts, events, agreements and statements as records."""
