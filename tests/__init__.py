"""The tests: a folder for every folder of the code, the rules of the house, and a driven browser."""
