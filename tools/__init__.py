"""Programs that make what people see of the project: figures, screenshots, the golden record."""
