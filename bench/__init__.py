"""What is measured, against whom, side by side in one run. `make bench`; README.md here says how
to read it."""
