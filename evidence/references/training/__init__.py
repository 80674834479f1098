"""Training data for the reference parser: invented bibliographic records, rendered with a label for every character."""
