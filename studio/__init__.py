"""The application: rooms for the stages of the user's work, each an engine and a panel."""
