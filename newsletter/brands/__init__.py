"""Brands: how a publication looks, in its letters and on its pages.

In:      a theme (a folder with theme.toml) and what an editor chose over it: colours, fonts, logo.
Out:     a Look: every colour, size and word that templates print, for light and for dark.
Rules:   no text has less contrast than 4.5 : 1; what is mended for that is said.
Failure: a theme or a picture that cannot be read is refused with its line, and changes nothing.
"""
