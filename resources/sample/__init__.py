"""The sample data set: drawn photos of brushed metal, good, scratched and pitted."""
