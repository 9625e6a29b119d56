"""Icons, styles, translations and the sample project, as package data."""
