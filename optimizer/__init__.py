"""Planning: a week that respects safety first and the person next, with a certificate."""
