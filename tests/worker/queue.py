"""What waits in the queue, by the queue's own table."""

from sqlmodel import Session, text


def waiting_jobs(session: Session) -> list[str]:
    return list(
        session.execute(
            text("select queueing_lock from procrastinate_jobs where status = 'todo' order by 1")
        ).scalars()
    )
