"""The words: concepts, labels, evidence, shapes and sources, and their loader."""
