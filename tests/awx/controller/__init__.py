"""A controller for the tests: AWX's API on loopback."""
