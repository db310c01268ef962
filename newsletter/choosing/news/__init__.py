"""Pure. News: what an editor means by it, as families of phrases that cue files list.

A title may have a word of news and be none: most of what firms post is lessons, praise and lists
of changes. So phrases have a sense (who did what to whom), and phrases of one sense are a family.

In:      the words of a cue file; titles, deks, topics and addresses of articles.
Out:     the families that an article shows, each with its points and a sentence.
Rules:   no single word decides that has another sense; what is found has a reason in words.
Failure: a cue file that cannot be read names its line or family, and changes nothing.
"""
