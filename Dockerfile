FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONPATH=/app NEWSLETTER_HOST=0.0.0.0 NEWSLETTER_DATABASE_URL=sqlite:////data/newsletter.sqlite3 \
    NEWSLETTER_JOURNAL_FOLDER=/data/journals
WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY newsletter newsletter
COPY subscribers subscribers
COPY templates templates
# Compiled once here: each command would compile its modules again, as its user may not write there.
RUN python -m compileall -q newsletter subscribers
RUN useradd --uid 10001 --no-create-home reader && install -d -o reader /data /data/journals /data/imports
WORKDIR /data
USER reader
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
ENTRYPOINT ["python", "-m", "newsletter"]
CMD ["serve"]
