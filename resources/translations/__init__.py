"""Catalogs of the user's languages, and the tool that keeps them in step with the code."""
