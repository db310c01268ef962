"""Another address needs the new mailbox and the present one; what was moved can be taken back.

The attacker of these tests has letters that were forwarded, and mailboxes of their own.
"""

from datetime import timedelta

from sqlmodel import Session, select

from newsletter.privacy.forgetting import forget_person
from subscribers.joining import signup
from subscribers.models import AddressChange, Subscriber, Subscription
from subscribers.suppressing import suppress
from tests.samples.times import NOON
from tests.web.letters import Sent, sent
from tests.web.public.person.mail import (
    ADA,
    BOB,
    NEW,
    addresses,
    ask_data,
    ask_move,
    last_path,
    letters,
    pass_days,
    path_in,
)

OTHER = "third@elsewhere.example"


def moved_by_silence(one: Sent, token: str, address: str = NEW) -> None:
    """The attacker's way: the present mailbox overlooks its letter for two weeks."""
    ask_move(one, token, address)
    pass_days(one, 15)
    assert address in addresses(one)


def test_another_address_counts_once_both_mailboxes_agree_and_the_former_can_take_it_back(
    database_url: str,
) -> None:
    with sent(database_url, NOON, ADA) as one:
        token = one.token(ADA)
        assert one.site.post(f"/preferences/{token}/address", address="nonsense").status == 422
        assert one.site.post(f"/preferences/{token}/address", address=NEW).status == 303
        [letter] = letters(one)
        assert letter.address == NEW
        page = one.site.get(path_in(letter))
        assert "a•••@elsewhere.example" in page.text
        assert (one.status(ADA), NEW in page.text) == ("active", False), "a GET changes nothing"
        assert "One more yes" in one.site.post(path_in(letter)).text
        one.site.post(path_in(letter))
        assert one.status(ADA) == "active", "the new mailbox alone moves nothing"
        [asked] = letters(one)[1:]
        assert (asked.address, NEW in asked.fields["text"]) == (ADA, False), "once, and masked"
        assert "Yes, that was me" in one.site.get(path_in(asked)).text
        assert one.site.post(path_in(asked)).status == 303, "without an answer nothing is done"
        assert one.status(ADA) == "active", "a GET moves nothing"
        assert "Your letters go to" in one.site.post(path_in(asked), answer="yes").text
        assert one.status(NEW) == "active"
        one.site.post(path_in(asked), answer="yes")
        [notice] = letters(one)[2:]
        assert (notice.address, NEW in notice.fields["text"]) == (ADA, False)
        assert one.site.post(path_in(notice)).status == 200
        assert one.site.post(path_in(notice)).status == 200, "twice is harmless"
        assert one.status(ADA) == "active"


def test_a_forwarded_letter_moves_nobody_whose_mailbox_says_no(database_url: str) -> None:
    with sent(database_url, NOON, ADA) as one:
        token = one.token(ADA)
        path = ask_move(one, token)
        refused = one.site.post(last_path(one, ADA), answer="no")
        assert "Nothing goes there" in refused.text
        assert "Nothing goes there" in one.site.get(path).text, "the new mailbox hears it too"
        assert one.site.post(path).status == 409
        assert one.site.post(last_path(one, ADA), answer="yes").status == 409, "a no is a no"
        again = one.site.post(f"/preferences/{token}/address", address=OTHER)
        assert (again.status, "said no" in again.text) == (422, True)
        pass_days(one, 15)
        assert addresses(one) == [ADA]
        assert one.site.post(f"/preferences/{token}/address", address=OTHER).status == 303


def test_who_lost_the_old_mailbox_moves_after_two_weeks_of_silence(database_url: str) -> None:
    with sent(database_url, NOON, ADA) as one:
        path = ask_move(one, one.token(ADA))
        assert "from 26 May 2026 on" in one.site.get(path).text, "the page says when"
        assert "26 May 2026" in letters(one)[-1].fields["text"], "and so does the letter"
        pass_days(one, 14)
        assert addresses(one) == [ADA]
        done = pass_days(one, 1)
        assert addresses(one) == [NEW]
        assert "changes of address: 1 moved: the present mailbox said nothing for two weeks" in done
        assert letters(one)[-1].address == ADA, "the former address hears of it"
        pass_days(one, 1)
        assert len(letters(one)) == 3, "once"


def test_a_dead_mailbox_is_asked_all_the_same(database_url: str) -> None:
    """Its owner must learn of a change that they did not ask for, if it is not so dead."""
    with sent(database_url, NOON, ADA) as one:
        one.site.runtime.database.write(suppress, ADA, "bounce", NOON)
        ask_move(one, one.token(ADA))
        assert letters(one)[-1].address == ADA


def test_nothing_is_shown_or_erased_while_the_former_mailbox_may_take_the_move_back(
    database_url: str,
) -> None:
    """S1-2, with the victim silent: what the attacker gets is the letters, until the no."""
    with sent(database_url, NOON, ADA) as one:
        token = one.token(ADA)
        moved_by_silence(one, token)
        for _ in range(29):
            assert one.site.post(f"/preferences/{token}/mine").status == 403
            one.site.clock.move_by(timedelta(days=1))
        back = last_path(one, ADA)
        assert "Your letters come to a•••@readers.example" in one.site.post(back).text
        assert addresses(one) == [ADA]
        assert one.site.get(ask_data(one, token)).status == 200, "the old mailbox is known again"


def test_silence_opens_no_data_at_any_time(database_url: str) -> None:
    """Neither after the month, nor after a second move to which the thief's mailbox says yes, nor
    once the reader became one with the thief's own."""
    with sent(database_url, NOON, ADA, BOB) as one:
        token = one.token(ADA)
        moved_by_silence(one, token)
        back = last_path(one, ADA)
        pass_days(one, 31)
        refused = one.site.post(f"/preferences/{token}/mine")
        assert (refused.status, "Write to the editor" in refused.text) == (403, True)
        [kept] = _changes(one)
        assert (kept.former, kept.address) == ("", ""), "nobody's address is kept for it"
        assert one.site.post(back).status == 403, "its term is over"
        ask_move(one, token, OTHER)
        one.site.post(last_path(one, NEW), answer="yes")
        pass_days(one, 31)
        assert one.site.post(f"/preferences/{token}/mine").status == 403
        ask_move(one, one.token(BOB), OTHER)
        one.site.post(last_path(one, BOB), answer="yes")
        pass_days(one, 31)
        assert addresses(one) == [OTHER]
        assert one.site.post(f"/preferences/{token}/mine").status == 403
        assert one.site.post(f"/preferences/{one.token(OTHER)}/mine").status == 403


def test_a_move_with_a_yes_opens_the_data_after_a_month(database_url: str) -> None:
    with sent(database_url, NOON, ADA) as one:
        token = one.token(ADA)
        ask_move(one, token)
        one.site.post(last_path(one, ADA), answer="yes")
        pass_days(one, 31)
        assert one.site.get(ask_data(one, token)).status == 200
        assert _changes(one) == []


def test_who_left_is_moved_by_no_letter(database_url: str) -> None:
    """Neither by one who asks after the leave, nor by a wish that waited when they left."""
    with sent(database_url, NOON, ADA, BOB) as one:
        ask_move(one, one.token(BOB), OTHER)
        for address in (ADA, BOB):
            click = {"List-Unsubscribe": "One-Click"}
            one.site.post(f"/leave/{one.token(address)}", **click)
        asked = one.site.post(f"/preferences/{one.token(ADA)}/address", address=NEW)
        assert "Nothing comes to you" in asked.text
        pass_days(one, 15)
        assert addresses(one) == [ADA, BOB]


def test_a_second_move_does_not_put_the_first_out_of_reach(database_url: str) -> None:
    with sent(database_url, NOON, ADA) as one:
        token = one.token(ADA)
        moved_by_silence(one, token)
        back = last_path(one, ADA)
        ask_move(one, token, OTHER)
        one.site.post(last_path(one, NEW), answer="yes")
        assert addresses(one) == [OTHER]
        thief = last_path(one, NEW)
        one.site.post(back)
        assert addresses(one) == [ADA]
        one.site.post(thief)
        assert addresses(one) == [ADA], "what came after it is undone with it"


def test_a_no_after_the_silence_takes_the_move_back(database_url: str) -> None:
    """The victim opens the first letter on the day after."""
    with sent(database_url, NOON, ADA) as one:
        ask_move(one, one.token(ADA))
        asked = last_path(one, ADA)
        one.site.clock.move_by(timedelta(days=14, hours=1))
        pass_days(one, 0)
        one.site.clock.move_by(timedelta(minutes=1))
        assert addresses(one) == [NEW]
        assert "as before" in one.site.post(asked, answer="no").text
        assert addresses(one) == [ADA]


def test_a_sign_up_of_the_former_address_does_not_stop_the_take_back(database_url: str) -> None:
    """The attacker types the victim's address into the form; or the victim signs up again."""
    for comes_back in (False, True):
        with sent(database_url, NOON, ADA) as one:
            moved_by_silence(one, one.token(ADA))
            with one.site.runtime.database.writing() as session:
                asked = signup.sign_up(session, one.site.key, ADA, now=one.site.clock.now())
                if comes_back:
                    signup.confirm(session, asked.subscription_id, now=one.site.clock.now())
            back = [each for each in letters(one) if "elsewhere now" in each.fields["head"]][-1]
            assert one.site.post(path_in(back)).status == 200
            assert addresses(one) == [ADA]
            assert one.status(ADA) == "active"
            _empty(one)


def test_the_take_back_outlives_an_erasure(database_url: str) -> None:
    """By an editor, or by the days after which leavers are forgotten."""
    with sent(database_url, NOON, ADA, BOB) as one:
        moved_by_silence(one, one.token(ADA))
        back, asked = last_path(one, ADA), path_in(letters(one)[1])
        one.site.runtime.database.write(forget_person, 1, one.site.clock.now())
        assert addresses(one) == [BOB]
        [kept] = _changes(one)
        assert ADA not in str(kept)
        assert NEW not in str(kept)
        page = one.site.get(back)
        assert "Type the address" in page.text
        wrong = one.site.post(back, address=BOB)
        assert (wrong.status, addresses(one)) == (422, [BOB])
        assert one.site.post(back, address="nonsense").status == 422
        assert one.site.get(asked).headers["location"].startswith("/address/back/")
        came = one.site.post(back, address=" ada@Readers.example ")
        assert "Your letters come to a•••@readers.example" in came.text
        assert one.status(ADA) == "active"
        assert one.site.post(back, address=ADA).status == 404, "once"


def test_a_move_asked_for_twice_is_one_and_another_address_ends_it(database_url: str) -> None:
    with sent(database_url, NOON, ADA) as one:
        token = one.token(ADA)
        for _ in range(2):
            one.site.post(f"/preferences/{token}/address", address=NEW)
        first, second = (path_in(letter) for letter in letters(one))
        one.site.clock.move_by(timedelta(hours=2))
        ask_move(one, token, OTHER)
        for overtaken in (first, second):
            assert one.site.post(overtaken).status == 409, "nobody had confirmed it"
        assert [letter.address for letter in letters(one)] == [NEW, NEW, OTHER, ADA], "asked once"
        one.site.post(last_path(one, ADA), answer="yes")
        assert addresses(one) == [OTHER]


def test_who_asks_for_another_address_does_not_end_a_confirmed_change(database_url: str) -> None:
    """Ada lost her mailbox; the holder of an old letter asks, and may confirm, just before."""
    for confirms in (False, True):
        with sent(database_url, NOON, ADA) as one:
            token = one.token(ADA)
            ask_move(one, token)
            one.site.clock.move_by(timedelta(days=1))
            if confirms:
                ask_move(one, token, OTHER)
            else:
                one.site.post(f"/preferences/{token}/address", address=OTHER)
            pass_days(one, 14)
            assert addresses(one) == [NEW]
            pass_days(one, 15)
            assert addresses(one) == [NEW], "the other one ended with it"
            _empty(one)


def test_of_two_confirmed_changes_the_present_mailbox_chooses(database_url: str) -> None:
    with sent(database_url, NOON, ADA) as one:
        token = one.token(ADA)
        ask_move(one, token, OTHER)
        strangers = last_path(one, ADA)
        one.site.clock.move_by(timedelta(hours=2))
        ask_move(one, token)
        one.site.post(last_path(one, ADA), answer="yes")
        assert addresses(one) == [NEW]
        assert one.site.post(strangers, answer="yes").status == 409, "a yes is for one address"
        pass_days(one, 15)
        assert addresses(one) == [NEW]


def test_letters_that_may_not_go_change_nothing(database_url: str) -> None:
    """Else an attacker uses up the letters of the present mailbox, and it is never asked."""
    with sent(database_url, NOON, ADA) as one:
        token = one.token(ADA)
        for _ in range(3):
            one.site.post(f"/preferences/{token}/mine")
        answer = one.site.post(f"/preferences/{token}/address", address=NEW)
        assert (answer.status, "Ask again tomorrow" in answer.text) == (422, True)
        assert _changes(one) == []


def test_who_asks_for_the_address_that_is_there_learns_nothing(database_url: str) -> None:
    """Else a letter's link were a way to try addresses."""
    with sent(database_url, NOON, ADA) as one:
        token = one.token(ADA)
        answers = [
            one.site.post(f"/preferences/{token}/address", address=address)
            for address in (NEW, ADA)
        ]
        assert len({(answer.status, answer.text) for answer in answers}) == 1
        assert "Your letters go to a•••@readers" in one.site.post(last_path(one, ADA)).text
        pass_days(one, 15)
        assert addresses(one) == [ADA]


def test_two_readers_become_one_only_by_the_yes_of_both(database_url: str) -> None:
    with sent(database_url, NOON, ADA, BOB) as one:
        path = ask_move(one, one.token(ADA), BOB)
        assert "already" in one.site.get(path).text
        pass_days(one, 15)
        assert addresses(one) == [ADA, BOB], "silence makes nobody one"
        ask_move(one, one.token(ADA), BOB)
        one.site.post(last_path(one, ADA), answer="yes")
        assert addresses(one) == [BOB]
        assert one.status(BOB) == "active"
        with one.site.runtime.database.reading() as session:
            assert len(session.exec(select(Subscription)).all()) == 1
        assert one.site.post(last_path(one, ADA), answer="no").status == 200
        assert addresses(one) == [BOB], "Bob stays Bob, whatever the other mailbox says later"


def test_who_becomes_one_with_a_stranger_cannot_carry_them_off(database_url: str) -> None:
    """Bob says yes to a letter that he did not expect; the other one had moved just before."""
    with sent(database_url, NOON, ADA, BOB) as one:
        token = one.token(ADA)
        ask_move(one, token)
        one.site.post(last_path(one, ADA), answer="yes")
        back = last_path(one, ADA)
        ask_move(one, token, BOB)
        assert one.site.post(last_path(one, NEW), answer="yes").status == 403
        one.site.post(back)
        assert addresses(one) == [ADA, BOB]


def test_two_forwarded_letters_make_nobody_one(database_url: str) -> None:
    """An attacker has a letter of Ada's and one of Bob's, and one mailbox for both."""
    with sent(database_url, NOON, ADA, BOB) as one:
        tokens = one.token(ADA), one.token(BOB)
        for token in tokens:
            ask_move(one, token)
            one.site.clock.move_by(timedelta(hours=2))
        pass_days(one, 15)
        assert addresses(one) == [NEW, BOB], "the second would make two readers one"
        one.site.post([path_in(each) for each in letters(one) if each.address == ADA][-1])
        assert addresses(one) == [ADA, BOB]


def test_a_link_to_take_back_is_no_other_readers(database_url: str) -> None:
    """S2-3: the id of a change that is gone was given to a stranger's change."""
    with sent(database_url, NOON, ADA, BOB) as one:
        ask_move(one, one.token(ADA))
        one.site.post(last_path(one, ADA), answer="yes")
        old = last_path(one, ADA)
        with one.site.runtime.database.writing() as session:
            session.delete(session.exec(select(AddressChange)).one())
        ask_move(one, one.token(BOB), OTHER)
        one.site.post(last_path(one, BOB), answer="yes")
        assert one.site.post(old).status == 404
        assert addresses(one) == [NEW, OTHER]


def test_links_of_a_change_are_each_for_one_step(database_url: str) -> None:
    with sent(database_url, NOON, ADA) as one:
        path = ask_move(one, one.token(ADA))
        of_new = path.rpartition("/")[2]
        of_present = last_path(one, ADA).rpartition("/")[2]
        for wrong in (
            f"/address/present/{of_new}",
            f"/address/back/{of_new}",
            f"/address/{of_present}",
            f"/mine/{of_present}/erase",
            f"/preferences/{of_present}",
        ):
            assert one.site.post(wrong, answer="yes", sure="yes").status == 403, wrong
        assert addresses(one) == [ADA]


def _changes(one: Sent) -> list[AddressChange]:
    with one.site.runtime.database.reading() as session:
        return list(session.exec(select(AddressChange)))


def _empty(one: Sent) -> None:
    """Leave the database as it was, for the next round of a test."""
    with one.site.runtime.database.writing() as session:
        _delete_all(session)


def _delete_all(session: Session) -> None:
    for table in reversed(Subscriber.metadata.sorted_tables):
        session.connection().execute(table.delete())
