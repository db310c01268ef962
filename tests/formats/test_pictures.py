"""A picture is a picture: no emoji, counter, avatar, logo or button stands for a story."""

import pytest

from newsletter.formats.markup import first_image
from newsletter.formats.pictures import may_be_of_story
from tests.samples.feeds import read_item

AT = "https://quay.example"


@pytest.mark.parametrize(
    "url",
    [
        *("https://s.w.org/images/core/emoji/15/72x72/1f6a2.png", f"{AT}/img/1f600.png"),
        *("https://secure.gravatar.com/avatar/0a1b?s=96", f"{AT}/avatars/ada.jpg"),
        *(f"{AT}/logo.png", f"{AT}/img/site-logo-dark@2x.png", f"{AT}/a/quay_logo_512x512.png"),
        *(
            f"{AT}/pixel.gif",
            f"{AT}/t/1x1.png",
            "https://pixel.wp.com/g.gif?x=1",
            f"{AT}/blank.gif",
        ),
        *(f"{AT}/facebook-share.png", f"{AT}/buttons/tweet.png", f"{AT}/favicon-32x32.png"),
        *(f"{AT}/chart.svg", f"{AT}/chart.WEBP?v=2", f"{AT}/chart.avif", f"{AT}/blank.gif"),
        "data:image/png;base64,A",
        "https://[broken/a.png",
    ],
)
def test_a_sign_of_a_site_and_what_mail_does_not_show_is_no_picture(url: str) -> None:
    assert not may_be_of_story(url)


@pytest.mark.parametrize(
    "url",
    [
        *(f"{AT}/ferry.jpg", f"{AT}/2026/05/harbour-at-dawn.png", f"{AT}/image?id=7"),
        *(f"{AT}/pixel-phone-review.jpg", f"{AT}/market-share.png", f"{AT}/logos-of-rivals-1.jpg"),
        *(f"{AT}/iconic-bridge.jpg", f"{AT}/the-new-logo-of-the-port-authority.png"),
        *(f"{AT}/button-mushrooms.jpg", f"{AT}/media/avatar-film-premiere.jpg"),
    ],
)
def test_a_picture_of_a_thing_with_such_a_name_is_one(url: str) -> None:
    assert may_be_of_story(url)


@pytest.mark.parametrize(
    "before",
    [
        '<img class="wp-smiley" src="/in.png">',
        '<img class="avatar photo" src="/ada.jpg">',
        '<img src="/smile.png" width="20" height="20">',
        '<img src="/logo.png">',
        '<img src="/chart.webp">',
        '<img src="data:image/gif;base64,R0">',
    ],
)
def test_the_first_picture_of_a_text_is_one_of_its_story(before: str) -> None:
    assert first_image(f'{before}<img src="/ferry.jpg" width="640">') == "/ferry.jpg"
    assert first_image(before) == ""


def test_a_picture_that_is_loaded_late_is_found() -> None:
    late = '<img src="data:image/gif;base64,R0" data-src="/ferry.jpg">'
    assert first_image(late) == "/ferry.jpg"


@pytest.mark.parametrize(
    "pictures",
    [
        "<enclosure url='/i?id=1' type='image/webp' length='1'/>"
        "<enclosure url='/i?id=2' type='image/png' length='1'/>",
        "<media:content url='/i?id=1' type='IMAGE/AVIF'/><media:content url='/i?id=2'/>",
        "<media:group><media:content url='/i?id=1' type='image/svg+xml'/>"
        "<media:content url='/i?id=2' medium='image'/></media:group>",
    ],
)
def test_a_picture_whose_media_type_no_mail_program_shows_gives_way_to_the_next(
    pictures: str,
) -> None:
    head = "<title>T</title><link>https://quay.example/a</link>"
    for damage in ("", "&nbsp;<br>"):
        (item,) = read_item(f"{head}<description>{damage}</description>{pictures}")
        assert item.image_url == "https://quay.example/i?id=2"


def test_an_item_has_its_next_picture_where_the_first_is_none_for_mail() -> None:
    (item,) = read_item(
        "<title>T</title><link>https://quay.example/a</link>"
        "<enclosure url='https://quay.example/a.webp' type='image/webp' length='1'/>"
        "<media:thumbnail url='https://quay.example/a.jpg'/>"
    )
    assert item.image_url == "https://quay.example/a.jpg"
