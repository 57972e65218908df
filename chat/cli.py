"""The command line of the house (DESIGN §7): one parser, one function a command."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chat.collecting import without_collecting
from chat.errors import ChatError, UsageError
from chat.settings import settings_from

EXIT_OK, EXIT_INPUT, EXIT_USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0, 1 for bad input or 2 for wrong use; says what, where, why and what to do."""
    from chat.startup import check_installation  # noqa: PLC0415  # first of all, before anything can go wrong elsewhere

    check_installation()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    try:
        options = build_parser().parse_args(arguments)
        return int(options.run(options))
    except UsageError as error:
        sys.stderr.write(f"iatros: {error}\n")
        return EXIT_USAGE
    except ChatError as error:
        sys.stderr.write(f"iatros: {error}\n")
        return EXIT_INPUT
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output went away: nothing to say and nobody to say it to
        return EXIT_INPUT
    except KeyboardInterrupt:
        sys.stderr.write("iatros: stopped.\n")
        return EXIT_INPUT


def build_parser() -> argparse.ArgumentParser:
    """Describe every command and option. Commands import what they need when they run, so that --help is quick."""
    parser = argparse.ArgumentParser(prog="iatros", description="Clinical reasoning with proofs. Not a medical device.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_serve(commands)
    _add_asking(commands)
    _add_measuring(commands)
    _add_explaining(commands)
    _add_plan(commands)
    _add_knowledge(commands)
    return parser


Commands = argparse._SubParsersAction  # argparse gives its type no public name


def _add_serve(commands: Commands[argparse.ArgumentParser]) -> None:
    serve = commands.add_parser("serve", help="serve the chat in a browser")
    usual = settings_from()
    serve.add_argument("--host", default=usual.host, help="where to listen; IATROS_HOST (default %(default)s)")
    serve.add_argument("--port", type=_port, default=usual.port, help="0 takes a free one; IATROS_PORT (default %(default)s)")
    _data_folder(serve)
    _region(serve)
    serve.set_defaults(run=_lazily("serve"))


def _add_asking(commands: Commands[argparse.ArgumentParser]) -> None:
    chat = commands.add_parser("chat", help="the same consultation in a terminal")
    _person(chat)
    chat.set_defaults(run=_lazily("terminal"))

    ask = commands.add_parser("ask", help="one message, one answer")
    ask.add_argument("text", help="what is wrong, in the person's own words; - reads standard input")
    _person(ask)
    ask.add_argument("--json", action="store_true", help="the answer as data")
    ask.add_argument("--show-reading", action="store_true", help="what was understood, word by word")
    ask.add_argument("--plan", action="store_true", help="add a week's plan")
    ask.add_argument("--method", choices=("full", "plain"), default="full")
    ask.add_argument("--proof", type=Path, metavar="FILE", help="write the proof as JSON-LD")
    ask.add_argument("--graph", type=Path, metavar="FILE", help="write the patient graph: Turtle (.ttl), TriG (.trig) or JSON-LD (.jsonld)")
    ask.set_defaults(run=_lazily("ask"))

    batch = commands.add_parser("batch", help="many messages, one line each")
    batch.add_argument("source", type=Path, metavar="IN.jsonl")
    batch.add_argument("target", type=Path, metavar="OUT.jsonl")
    batch.add_argument("--workers", type=_positive, default=1)
    batch.add_argument("--plan", action="store_true")
    batch.add_argument("--method", choices=("full", "plain"), default="full")
    _region(batch)
    batch.set_defaults(run=_lazily("batch"))


def _add_measuring(commands: Commands[argparse.ArgumentParser]) -> None:
    evaluate = commands.add_parser("evaluate", help="score cases with known answers")
    evaluate.add_argument("cases", type=Path, metavar="CASES.jsonl")
    evaluate.add_argument("--method", choices=("full", "plain"), default="full")
    evaluate.add_argument("--workers", type=_positive, default=2)
    evaluate.add_argument("--misses", type=int, default=10)
    evaluate.add_argument("--covered", action="store_true", help="add the figures on cases whose diagnosis the knowledge holds")
    evaluate.add_argument("--json", action="store_true")
    evaluate.set_defaults(run=_lazily("evaluate"))

    interview = commands.add_parser("interview", help="let a scripted patient answer the questions")
    interview.add_argument("cases", type=Path, metavar="CASES.jsonl")
    interview.add_argument("--json", action="store_true")
    interview.set_defaults(run=_lazily("interview"))

    bench = commands.add_parser("bench", help="measure start-up, reading, a turn, a plan and memory")
    bench.add_argument("--json", action="store_true")
    bench.add_argument("--plans", type=_positive, default=50)
    bench.set_defaults(run=_lazily("bench"))


def _add_explaining(commands: Commands[argparse.ArgumentParser]) -> None:
    explain = commands.add_parser("explain", help="why, why not, what if")
    explain.add_argument("encounter")
    question = explain.add_mutually_exclusive_group()
    question.add_argument("--why", metavar="CONCLUSION")
    question.add_argument("--why-not", metavar="CONCLUSION")
    question.add_argument("--what-if", metavar="FACT", help='for example "absent f:x"')
    explain.add_argument("--json", action="store_true")
    _data_folder(explain)
    explain.set_defaults(run=_lazily("explain"))

    replay = commands.add_parser("replay", help="answer an old encounter again, on the knowledge of its time and on today's")
    replay.add_argument("encounter")
    _data_folder(replay)
    replay.set_defaults(run=_lazily("replay"))

    verify = commands.add_parser("verify", help="check a proof with nothing but the proof and the named knowledge")
    verify.add_argument("proof", type=Path, metavar="PROOF.jsonld")
    _data_folder(verify)
    verify.set_defaults(run=_lazily("verify"))


def _add_plan(commands: Commands[argparse.ArgumentParser]) -> None:
    plan = commands.add_parser("plan", help="a week for the person of a profile")
    plan.add_argument("profile", type=Path, metavar="PROFILE.json")
    form = plan.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true")
    form.add_argument("--ics", action="store_true", help="as iCalendar")
    form.add_argument("--svg", action="store_true", help="as a picture")
    plan.add_argument("--lang", choices=("en", "zh"), default="en")
    plan.set_defaults(run=_lazily("plan"))


def _add_knowledge(commands: Commands[argparse.ArgumentParser]) -> None:
    knowledge = commands.add_parser("knowledge", help="check, test, count, format and compare the knowledge")
    actions = knowledge.add_subparsers(required=True, metavar="ACTION")
    actions.add_parser("check", help="all faults at once; exit 1 on any error").set_defaults(run=_lazily("knowledge_check"))
    actions.add_parser("test", help="run every rule's cases").set_defaults(run=_lazily("knowledge_test"))
    mutate = actions.add_parser("mutate", help="drop or turn round each premise: which changes would no case notice?")
    mutate.add_argument("--stage", action="append", type=_stage, metavar="STAGE", help="another area of the library; may be given again")
    mutate.set_defaults(run=_lazily("knowledge_mutate"))
    explain = actions.add_parser("explain", help="one rule in words; with --case, why it fires or does not on a message")
    explain.add_argument("rule", metavar="RULE")
    explain.add_argument("--case", metavar="TEXT", help="a message in a person's own words")
    _person(explain)
    explain.set_defaults(run=_lazily("knowledge_explain"))
    stats = actions.add_parser("stats", help="what is there, by kind, system and grade")
    stats.add_argument("--json", action="store_true")
    stats.add_argument("--svg", action="store_true")
    stats.set_defaults(run=_lazily("knowledge_stats"))
    show = actions.add_parser("show", help="one condition as a page: all claims, grades and sources")
    show.add_argument("condition", metavar="c:NAME")
    show.add_argument("--lang", choices=("en", "zh"), default="en")
    show.add_argument("--json", action="store_true")
    show.set_defaults(run=_lazily("knowledge_show"))
    confusions = actions.add_parser("confusions", help="which conditions are mistaken for which, and what would tell them apart")
    confusions.add_argument("cases", type=Path, metavar="CASES.jsonl")
    confusions.add_argument("--most", type=_positive, default=20, metavar="N", help="pairs shown (default %(default)s)")
    confusions.add_argument("--json", action="store_true")
    confusions.set_defaults(run=_lazily("knowledge_confusions"))
    calibrate = actions.add_parser("calibrate", help="fit told probabilities to cases with known answers, cross-validated")
    calibrate.add_argument("cases", type=Path, nargs="+", metavar="CASES.jsonl", help="each file counts the same")
    calibrate.add_argument("--svg", type=Path, metavar="FILE", help="draw how often what was told came true")
    calibrate.add_argument("--json", action="store_true")
    calibrate.set_defaults(run=_lazily("knowledge_calibrate"))
    invariants = actions.add_parser("invariants", help="what must not change when a case is told otherwise: violations on generated people")
    invariants.add_argument("--runs", type=_positive, default=500, metavar="N", help="people (default %(default)s)")
    invariants.add_argument("--triage-every", type=_positive, default=1, metavar="N", help="judge the whole triage of every so manieth")
    invariants.add_argument("--seed", type=int, default=0, metavar="N")
    invariants.add_argument("--json", action="store_true")
    invariants.set_defaults(run=_lazily("knowledge_invariants"))
    form = actions.add_parser("format", help="lay out the Turtle files canonically")
    form.add_argument("--check", action="store_true", help="change nothing; exit 1 if a file would change")
    form.set_defaults(run=_lazily("knowledge_format"))
    diff = actions.add_parser("diff", help="what changed in the knowledge since a revision, in clinical words")
    diff.add_argument("revision", metavar="REV")
    diff.set_defaults(run=_lazily("knowledge_diff"))
    impact = actions.add_parser("impact", help="what an edit changes in the answers; exit 1 if an emergency is lowered")
    impact.add_argument("revision", metavar="REV")
    impact.add_argument("--cases", type=Path, metavar="CASES.jsonl")
    impact.set_defaults(run=_lazily("knowledge_impact"))


def _person(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--age", type=_age)
    parser.add_argument("--sex", choices=("female", "male"))
    parser.add_argument("--lang", choices=("en", "zh"))
    _region(parser)


def _region(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--region", default=settings_from().region, help="whom to call: ISO code; IATROS_REGION (default %(default)s)")


def _data_folder(parser: argparse.ArgumentParser) -> None:
    usual = settings_from().data
    parser.add_argument("--data", type=Path, default=usual, metavar="DIR", help="folder of encounters; IATROS_DATA (default %(default)s)")


def _age(value: str) -> float:
    try:
        age = float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{value!r} is no age; give years, for example 58 or 0.5") from None
    if not 0 <= age <= 130:
        raise argparse.ArgumentTypeError(f"{value} is no age of a person; give years between 0 and 130")
    return age


def _port(value: str) -> int:
    if not value.isdigit() or not 0 <= int(value) <= 65535:
        raise argparse.ArgumentTypeError(f"{value!r} is no port; give a number from 0 to 65535")
    return int(value)


def _stage(value: str) -> Any:
    from rules.rule import Stage  # noqa: PLC0415  # only this command needs it

    if value not in set(Stage):
        raise argparse.ArgumentTypeError(f"{value!r} is no area of the library; choose from {', '.join(Stage)}")
    return Stage(value)


def _positive(value: str) -> int:
    if not value.isdigit() or int(value) < 1:
        raise argparse.ArgumentTypeError(f"{value!r} must be a whole number of at least 1")
    return int(value)


class _lazily:  # noqa: N801  # reads as a verb where it is used
    """Import a command's module only when the command is called."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __call__(self, options: argparse.Namespace) -> int:
        from importlib import import_module  # noqa: PLC0415  # the point of this class

        with without_collecting():
            command = import_module(f"chat.commands.{self._module}")
        return int(command.run(options))


if __name__ == "__main__":
    sys.exit(main())
