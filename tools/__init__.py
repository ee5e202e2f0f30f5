"""Programs that make figures and the golden record, and what tests share: a driven browser, judges, stand-ins."""
