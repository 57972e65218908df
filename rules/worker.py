"""The native engine in a process of its own, with a warm spare: a crash of the C code costs one slice, never the service.

A worker reads one encoded slice a line from its standard input and answers one line. It sees atoms only, never a patient. When it
dies or does not answer in time it is replaced by the spare, and the engine answers by the verifier's closure. One `Isolated` belongs
to one caller at a time (a lock holds the others off); a service with several cores makes one for each.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import threading
from pathlib import Path

from rules.compiler import Slice
from rules.errors import NativeError
from rules.native import encode, run_encoded

ANSWER_WITHIN_SECONDS = 5.0
"""A slice takes milliseconds; loading outside the safe profile never returns."""


class Isolated:
    """Runs slices in a child process. Close it, or use it as a context manager."""

    def __init__(self, answer_within: float = ANSWER_WITHIN_SECONDS) -> None:
        self._within = answer_within
        self._lock = threading.Lock()
        self._worker = _start()
        self._spare: subprocess.Popen[bytes] | None = _start()
        self.deaths = 0

    def run(self, piece: Slice) -> list[int]:
        """Run one slice. Raises NativeError when the worker dies, errs or does not answer."""
        request = json.dumps(encode(piece), ensure_ascii=False).encode() + b"\n"
        with self._lock:
            try:
                answer = json.loads(_ask(self._worker, request, self._within))
            except (OSError, ValueError) as error:
                self._replace()
                raise NativeError(f"the worker of the native engine was lost: {error}") from error
        if "error" in answer:
            raise NativeError(answer["error"])
        return [int(index) for index in answer["fired"]]

    def _replace(self) -> None:
        """Put the spare in the place of a lost worker, and warm up another."""
        self.deaths += 1
        _stop(self._worker)
        self._worker = self._spare or _start()
        self._spare = _start()

    def close(self) -> None:
        """End both processes."""
        for process in (self._worker, self._spare):
            if process is not None:
                _stop(process)

    def __enter__(self) -> Isolated:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """Return the process id of the worker at work."""
        return self._worker.pid


def _start() -> subprocess.Popen[bytes]:
    root = str(Path(__file__).resolve().parent.parent)
    environment = {**os.environ, "PYTHONPATH": root}
    return subprocess.Popen(
        [sys.executable, "-m", "rules.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )


def _ask(process: subprocess.Popen[bytes], request: bytes, within: float) -> bytes:
    """Send a line and wait for the answer. Raises OSError when the worker is gone or late."""
    if process.stdin is None or process.stdout is None:
        raise OSError("the worker has no pipes")
    process.stdin.write(request)
    process.stdin.flush()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        if not selector.select(within):
            raise TimeoutError(f"no answer within {within} s")
    line = process.stdout.readline()
    if not line.endswith(b"\n"):
        raise BrokenPipeError(f"the process ended with code {process.poll()}")
    return line


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except BrokenPipeError:  # what was still in the buffer cannot be sent any more
                continue


def serve() -> None:
    """Answer slices until the input ends. Only this function runs in the child."""
    for line in sys.stdin.buffer:
        try:
            answer: dict[str, object] = {"fired": run_encoded(json.loads(line))}
        except NativeError as error:
            answer = {"error": str(error)}
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    serve()
