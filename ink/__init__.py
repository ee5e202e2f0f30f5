"""What a drawing is: files and arrays, paper and ink, strokes and the pen; imports nothing of ours."""
