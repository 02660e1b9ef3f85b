"""Asks web servers, politely and within limits. Holds classes: Prefect never loads it by path, as it does flows."""
