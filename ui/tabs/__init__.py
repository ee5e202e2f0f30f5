"""The page, one tab a module; each builds its components and wires their events."""
