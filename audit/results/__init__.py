"""A run's results: read once, measured, judged, compared and checked. Pages, report and commands read results here and nowhere else."""
