"""The sections of the outcome report, one file for each matter, made from the ground alone."""
