"""Two readings of one drawing side by side: matching, agreement, evaluation on labelled sets, reports."""
