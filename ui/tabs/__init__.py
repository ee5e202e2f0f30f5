"""The page, one tab a module, and the fold under the first; each builds its components and wires their events."""
