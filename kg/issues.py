"""One shape for every complaint in the house, as the upper floors import it."""

from ontologies.issues import Issue, Level

__all__ = ["Issue", "Level"]
