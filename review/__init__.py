"""The web page where a person decides."""
