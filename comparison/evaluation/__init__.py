"""Every method on a labelled set: metrics, results, and the run that gives them."""
