"""How it is read: articles in, evidenced records and their triples out."""
