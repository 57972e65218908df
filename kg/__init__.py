"""The record and the graph: what was said, concluded and planned."""
