"""The first hour at the desk: an owner, a publication, and a list of what is left to do."""
