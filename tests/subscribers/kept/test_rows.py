"""Rows are read by the index of the list."""

from sqlmodel import Session, text

PLANS = {"sqlite": "explain query plan ", "postgresql": "explain "}


def test_the_list_is_read_by_its_index(session: Session) -> None:
    dialect = session.get_bind().dialect.name
    if dialect == "postgresql":
        session.execute(text("set local enable_seqscan = off"))  # the table is empty
    query = (
        "select id from subscription where publication_id = 1 and status = 'active' and id < 9 "
        "order by id desc limit 51"
    )
    plan = str(session.execute(text(PLANS[dialect] + query)).all())
    assert "ix_subscription_list" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
