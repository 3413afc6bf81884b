"""What lies near what in the eyes of the model: the map of the rows, and which training rows taught an answer."""
