"""How a network learns: settings, trainer, losses, checkpoints, calibration, plots and saving."""
