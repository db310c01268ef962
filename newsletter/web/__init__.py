"""The web: public pages for readers, the desk for editors. The only home of FastAPI.

In:      requests.
Out:     server-rendered pages that work without JavaScript.
Rules:   one request, one transaction; a GET changes nothing; slow work comes before the first
         write.
Failure: an error of ours becomes a page that says what to do.
"""
