"""What a destroyed environment left behind in its account; changes nothing."""
