"""A page that compares benchmark reports."""
