"""`iatros replay`: answer an old encounter again, on the knowledge of its time and on today's."""

from __future__ import annotations

import argparse
import json
import sys
from difflib import unified_diff

from chat.answer import answer
from chat.archive import Archive
from chat.consultation import consult
from chat.encounters import read_encounter
from chat.knowledge import own_knowledge
from chat.log import Log, Replied


def run(options: argparse.Namespace) -> int:
    """Print the answer on the stored knowledge, then what today's knowledge says differently."""
    log = read_encounter(options.data, options.encounter)
    stored = Archive(options.data).fetch(stored_version(log))
    then = json.dumps(answer(consult(log, stored), stored), ensure_ascii=False, indent=1)
    sys.stdout.write(then + "\n")
    today = own_knowledge()
    if today.version == stored.version:
        sys.stderr.write("Today's knowledge is the same.\n")
        return 0
    now = json.dumps(answer(consult(log, today), today), ensure_ascii=False, indent=1)
    sys.stderr.writelines(line + "\n" for line in unified_diff(then.splitlines(), now.splitlines(), "then", "now", lineterm="", n=1))
    return 0


def stored_version(log: Log) -> str:
    """Return the knowledge that the last reply rested on; today's if nothing was answered yet."""
    replies = [e for e in log.events if isinstance(e, Replied)]
    return replies[-1].knowledge if replies else own_knowledge().version
