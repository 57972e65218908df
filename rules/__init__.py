"""Reasoning: rules, their verified execution, the differential, triage and the next question."""
