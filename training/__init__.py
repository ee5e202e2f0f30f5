"""How every file in ``weights/`` was made: drawings, scene composer, data sets, losses, anchors and runs."""
