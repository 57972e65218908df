"""The named constraints of the plan: one function each, by part of the plan."""
