"""Detection: the whole sheet at once, by YOLOv3."""
