"""What a network is fed: crops for the classifiers, framed scenes for the detector."""
