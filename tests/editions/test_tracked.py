"""Letters with counted links: which links are ours, and which stay."""

from newsletter.editions.models import Edition
from tests.tracking.stage import Stage, sent_issue

ADA, BOB = "ada@readers.example", "bob@readers.example"


def links(stage: Stage) -> list[str]:
    with stage.site.runtime.database.reading() as session:
        return list(session.get_one(Edition, stage.delivery.edition_id).links)


def test_off_leaves_every_link_as_it_is_and_has_no_pixel(database_url: str) -> None:
    with sent_issue(database_url, "off", ADA) as stage:
        assert not stage.paths(ADA)
        assert not stage.paths(ADA, "o")


def test_the_plaintext_part_has_the_same_counted_links_and_no_hidden_one(database_url: str) -> None:
    with sent_issue(database_url, "individual", ADA) as stage:
        plain = (
            stage.letters[ADA]
            .content.replace(b"=\r\n", b"")
            .replace(b"=3D", b"=")
            .decode()
            .partition("text/html")[0]
        )
        stories = [url for url in links(stage) if url.startswith("https://news.example/")]
        assert stories
        assert not any(url in plain for url in stories)
        assert stage.paths(ADA)[0].rpartition("/")[0] in plain
        assert f"{stage.paths(ADA)[0].rpartition('/')[0]}/{len(links(stage))}" not in plain


def test_leaving_and_viewing_in_the_browser_are_never_counted_links(database_url: str) -> None:
    with sent_issue(database_url, "individual", ADA) as stage:
        content = stage.letters[ADA].content.decode()
        assert "/leave/" in content
        assert "/archive/1" in content
        for path in stage.paths(ADA):
            assert "/leave/" not in stage.follow(path).headers.get("location", "")
