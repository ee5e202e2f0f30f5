def erase_lines(ink): return ink
