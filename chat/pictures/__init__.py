"""Pictures drawn by the server as SVG, each with its text alternative."""
