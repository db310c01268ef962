"""Attack a running service, and see that none of the attacks succeeds.

`attack.py` says what an attack is, `ground.py` has the service that is attacked, `of_*.py` have the
attacks by what they aim at, and `table.py` puts them together.
"""
