"""Where rows lie in the eyes of the model: the map of them, and which training rows taught an answer."""
