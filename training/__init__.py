"""How every file in ``weights/`` was made: glyphs, scene composer, data sets, losses, anchors and runs."""
