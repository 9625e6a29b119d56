"""Qt pieces that several panels share."""
