"""The consultation and everything around it: turns, replies, web, store and command line."""
