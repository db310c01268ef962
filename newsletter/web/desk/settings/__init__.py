"""The settings of a publication at the desk: a page for each subject of the table of settings."""
