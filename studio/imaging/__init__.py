"""Any image file as an array at its true depth; what models and screens see of it."""
