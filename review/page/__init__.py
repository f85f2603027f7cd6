"""The page: one HTML file with everything in it, from the templates of this folder."""
