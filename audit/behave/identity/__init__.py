"""Whether it matters to a model whom a text speaks of: the same text, said of another group."""
