"""What an administrator makes before the bootstrap of an account."""
