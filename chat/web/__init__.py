"""The pages, the API and the websocket: everything that knows HTTP."""
