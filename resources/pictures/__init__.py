"""Pictures of the program for README.md, and the script that takes them."""
