"""Pure. Where a source stands, and the only moves it may make."""

from newsletter.moves import Moves

SOURCE = Moves("source", {"active": frozenset({"retired"}), "retired": frozenset({"active"})})
