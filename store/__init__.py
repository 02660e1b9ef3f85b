"""What we hold, since when, and where it disagrees."""
