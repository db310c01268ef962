# Two images: `proxy` (TLS) and `service` (the default). `bin/pin-images` adds the digests.
FROM caddy:2.10.2-alpine AS proxy
# Copied, Caddy's program loses its capability: it listens above 1024, and all are dropped.
RUN cp /usr/bin/caddy /usr/local/bin/caddy && rm /usr/bin/caddy \
 && adduser -D -H -u 10002 proxy && mkdir -p /data /config && chown proxy /data /config
COPY Caddyfile /etc/caddy/Caddyfile
USER 10002:10002
EXPOSE 8080 8443
ENTRYPOINT ["/usr/local/bin/caddy"]
CMD ["run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]

FROM python:3.11.13-slim-bookworm AS service
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
RUN groupadd --gid 10001 reader && useradd --uid 10001 --gid 10001 --no-create-home reader \
 && install -d -o reader -g reader -m 0700 /data /data/journals /data/imports
WORKDIR /data
# By number: a host that runs nobody as root can see that this is not root.
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
ENTRYPOINT ["python", "-m", "newsletter"]
CMD ["serve"]
