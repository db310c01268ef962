"""Proposing: fill an empty issue from ranked candidates, by the publication's plan."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from newsletter.issues.candidates import Candidate, read_candidates
from newsletter.issues.featuring import tool_blocks
from newsletter.issues.models import Block, Issue
from newsletter.issues.similar import nearest
from newsletter.issues.status import moved
from newsletter.publications import reading as publications
from newsletter.publications.models import Publication

FIRST_WINDOW = timedelta(days=7)  # a publication that has sent nothing yet looks back this far
MOST_PER_SOURCE = 3  # of the long stories, so that no source fills the issue
SUBJECT_CHARS = 60


def propose(session: Session, publication_id: int, *, period: str, due_at: datetime, now: datetime) -> Issue:
    """Return the issue of `period`, proposing it if there is none yet: asking twice gives one issue."""
    publication = publications.read(session, publication_id)
    existing = session.exec(select(Issue).where(col(Issue.publication_id) == publication_id, col(Issue.period) == period)).one_or_none()
    if existing is not None:
        return existing
    start = window_start(session, publication_id, now)
    candidates = read_candidates(session, publication_id, start, now)
    issue = _open_issue(session, publication, period, start, due_at, now)
    thin = len(candidates) < publication.thin_stories
    if not candidates or (thin and publication.thin_rule == "skip"):
        issue.status = moved(issue.status, "skipped")
        issue.note = f"Thin week: {len(candidates)} stories, the publication wants {publication.thin_stories}. Skipped."
    else:
        _fill(session, publication, issue, candidates)
        issue.note = f"Thin week: {len(candidates)} stories only, so the issue is short." if thin else ""
    session.flush()
    return issue


def window_start(session: Session, publication_id: int, now: datetime) -> datetime:
    """The window begins where that of the last sent issue ended, whatever the calendar says."""
    ended = session.exec(
        select(func.max(Issue.window_to)).where(col(Issue.publication_id) == publication_id, col(Issue.status) == "sent")
    ).one()
    return ended or now - FIRST_WINDOW


def _open_issue(session: Session, publication: Publication, period: str, start: datetime, due_at: datetime, now: datetime) -> Issue:
    last = session.exec(select(func.max(Issue.number)).where(col(Issue.publication_id) == publication.id)).one()
    issue = Issue(
        publication_id=publication.id or 0,
        number=(last or 0) + 1,
        period=period,
        status="proposed",
        window_from=start,
        window_to=now,
        due_at=due_at,
        proposed_at=now,
    )
    session.add(issue)
    session.flush()
    return issue


def _fill(session: Session, publication: Publication, issue: Issue, candidates: Sequence[Candidate]) -> None:
    long, rest = spread(candidates, 1 + publication.rows)
    brief, left = rest[: publication.compact], rest[publication.compact :]
    left = [candidate for candidate in left if candidate.score > 0]  # filler is no reading
    near = [left[i] for i in nearest(long[0].text, [c.text for c in left], publication.similar)]
    for kind, chosen in (("lead", long[:1]), ("stories", long[1:]), ("brief", brief), ("similar", near)):
        session.add_all(_story(issue, kind, position, candidate) for position, candidate in enumerate(chosen))
    shown = tool_blocks(session, publication, issue)
    session.add_all(shown)
    issue.subject, issue.preheader, issue.intro = words_for(long, len(brief), [block.title for block in shown])


def spread(candidates: Sequence[Candidate], count: int) -> tuple[list[Candidate], list[Candidate]]:
    """Split the ranked candidates into the long stories, at most three from one source, and the rest in rank order."""
    long: list[Candidate] = []
    taken: dict[str, int] = {}
    for candidate in candidates:
        source = candidate.sources[0]
        if len(long) < count and taken.get(source, 0) < MOST_PER_SOURCE:
            long.append(candidate)
            taken[source] = taken.get(source, 0) + 1
    return long, [c for c in candidates if c not in long]


def words_for(long: Sequence[Candidate], briefs: int, tool_names: Sequence[str]) -> tuple[str, str, str]:
    """Return subject, preheader and intro, made of the chosen stories alone. The subject is cut at a word."""
    subject = cut(long[0].article.title, SUBJECT_CHARS)
    seconds = [candidate.article.title for candidate in long[1:3]]
    more = len(long) - 1 + briefs
    tail = f"{len(tool_names)} tools" if len(tool_names) > 1 else "a tool" if tool_names else ""
    preheader = cut("Also: " + "; ".join(seconds), 130) if seconds else "The week in one story."
    intro = f"One story read closely, {more} more in short" if more else "A quiet week: one story"
    return subject, preheader, f"{intro}{f', and {tail} worth trying' if tail else ''}."


def cut(text: str, limit: int) -> str:
    """Cut at a word, with an ellipsis, if `text` is over `limit` characters."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:.–-") + "…"


def _story(issue: Issue, kind: str, position: int, candidate: Candidate) -> Block:
    article = candidate.article
    others = [f"also covered by {name}" for name in candidate.sources[1:3]]
    return Block(
        issue_id=issue.id or 0,
        kind=kind,
        position=position,
        article_id=article.id,
        title=article.title,
        text=article.dek,
        url=article.url,
        source=", ".join([candidate.sources[0], *others]),
        folded=[other.id or 0 for other in candidate.also],
        image_url=article.image_url,
        published_at=article.published_at,
        score=candidate.score,
        reasons=[f"{reason.points:+.1f} {reason.because}" for reason in candidate.reasons],
    )
