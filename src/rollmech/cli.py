"""The command line: arguments to calls, nothing else. Heavy modules are imported inside the commands."""

from __future__ import annotations

import json as jsonlib
import os
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, CycloptsError, Group, Parameter, validators

from rollmech import __version__
from rollmech.errors import Fault, InputError, RollmechError
from rollmech.ranks import launched_rank, share_fault
from rollmech.stopping import Ended, stoppable

if TYPE_CHECKING:
    from rollmech.case import Case

app = App(
    name="rollmech",
    help="Fracture of thin brittle membranes on a roll-to-roll line, from one case file.",
    version=f"rollmech {__version__}",
    version_flags=["--version"],
    help_format="plaintext",
    suppress_keyboard_interrupt=False,
)
app.register_install_completion_command(
    help="Install completion of commands and options for this shell (bash, zsh, fish)."
)

Overrides = Annotated[
    list[str] | None,
    Parameter(
        name="--set", negative="", help='Override, e.g. --set stack.ceramic.thickness="20 um"; repeatable.'
    ),
]
_ON_ALL_RANKS = (["run"], ["verify"])
Json = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON.")]
Force = Annotated[bool, Parameter(negative="", help="Overwrite what is there.")]
_ONE_OF_TWO = Group(validator=validators.mutually_exclusive)


@Parameter(name="*")
@dataclass(frozen=True)
class Talk:
    """How much a command says while it works, and of its result."""

    quiet: Annotated[
        bool,
        Parameter(
            name=["--quiet", "-q"], negative="", group=_ONE_OF_TWO, help="No progress; only what was written."
        ),
    ] = False
    verbose: Annotated[
        bool,
        Parameter(
            name=["--verbose", "-v"],
            negative="",
            group=_ONE_OF_TWO,
            help="Every step with its seconds, details.",
        ),
    ] = False


_TALK = Talk()


@app.command
def run(
    case: str,
    /,
    *,
    set_: Overrides = None,
    out: Annotated[Path | None, Parameter(help="Run folder; default runs/<case name>.")] = None,
    no_pictures: Annotated[bool, Parameter(negative="", help="Draw nothing.")] = False,
    no_fields: Annotated[
        bool, Parameter(negative="", help="Write numbers only, of a stored solve if there is one.")
    ] = False,
    json: Json = False,
    talk: Talk = _TALK,
) -> int:
    """Solve a case and write its run folder; an earlier run there is replaced."""
    from rollmech.case import load_case

    overrides = set_ or []
    _check_mesh(load_case(case, overrides))  # bad input is answered before the solver is even imported
    from rollmech.pipeline import run_case_file

    target = out or Path("runs") / Path(case).stem
    quiet = talk.quiet or json
    run_case_file(Path(case), overrides, target, not no_pictures, quiet, not no_fields, talk.verbose)
    if launched_rank():
        return 0
    if json:
        print((target / "results.json").read_text(encoding="utf-8"))
    elif talk.quiet:
        print(target)
    return 0


@app.command
def report(
    folder: Path,
    /,
    *,
    pdf: Annotated[bool, Parameter(negative="", help="Also write report.pdf.")] = False,
    no_pictures: Annotated[bool, Parameter(negative="", help="Keep the pictures that are there.")] = False,
    talk: Talk = _TALK,
) -> int:
    """Draw a run or a study again from its folder, without solving: pictures, 3D scene, report as HTML and PDF."""
    from rollmech.post.reporting import report_again
    from rollmech.post.terminal import Terminal

    with Terminal(talk.quiet, talk.verbose) as terminal:
        written = report_again(folder, not no_pictures, pdf, terminal.stage)
    print("\n".join(map(str, written)))
    return 0


@app.command
def view(folder: Path, /, *, talk: Talk = _TALK) -> int:
    """Show the flaw of a run in a window to turn and zoom; scene.html shows the same in a browser."""
    from rollmech.post.terminal import Terminal
    from rollmech.post.window import show

    with Terminal(talk.quiet, talk.verbose) as terminal:
        show(folder, terminal.stage)
    return 0


@app.command
def contributions(case: str, /, *, set_: Overrides = None, json: Json = False, talk: Talk = _TALK) -> int:
    """Switch each effect of layers, filler and locked-in stress off: what it does to K or stress, and to the radius."""
    from rollmech.case import load_case

    loaded = load_case(case, set_ or [])
    _check_mesh(loaded)
    from rollmech.effects import contributions as switched
    from rollmech.effects import print_contributions
    from rollmech.post.terminal import Terminal

    with Terminal(talk.quiet or json, talk.verbose) as terminal:
        found = switched(loaded, terminal.stage)
    if json:
        print(jsonlib.dumps(found.as_json(), indent=2))
    else:
        print_contributions(found)
    return 0


@app.command
def validate(case: list[str], /, *, set_: Overrides = None, json: Json = False, talk: Talk = _TALK) -> int:
    """Report every fault of one or more cases, without solving."""
    from rollmech.case import load_case

    reports = []
    for path in case:
        try:
            loaded = load_case(path, set_ or [])
            _check_mesh(loaded)
            reports.append((path, None))
            if not (json or talk.quiet):
                print(f"{path}: valid{f', {_gist(loaded)}' if talk.verbose else ''}")
        except InputError as error:
            reports.append((path, error))
            if not json:
                print(error, file=sys.stderr)
    if json:
        print(jsonlib.dumps([_report(path, error) for path, error in reports], indent=2))
    return max((error.exit_code for _, error in reports if error), default=0)


@app.command
def mesh(
    case: str,
    /,
    *,
    out: Annotated[
        Path,
        Parameter(help="File to write; its suffix tells the format: .msh, .inp, .vtu; .xao for geometry."),
    ],
    set_: Overrides = None,
    level: Annotated[int, Parameter(help="Which of rollmech's meshes, from 1, the coarsest.")] = 1,
    talk: Talk = _TALK,
) -> int:
    """Write the mesh that a case is solved on, with its names: a template for a mesh of your own."""
    from rollmech.case import load_case

    loaded = load_case(case, set_ or [])
    from rollmech.exporting import export_mesh
    from rollmech.post.terminal import Terminal

    with Terminal(talk.quiet, talk.verbose) as terminal:
        words = export_mesh(loaded, level, out, terminal.stage)
    print(out if talk.quiet else words)
    return 0


@app.command
def study(
    file: Path,
    /,
    *,
    set_: Overrides = None,
    out: Annotated[Path | None, Parameter(help="Folder; default studies/<file name>.")] = None,
    dry_run: Annotated[bool, Parameter(negative="", help="Print the plan and start nothing.")] = False,
    workers: Annotated[
        int | None, Parameter(help="Processes, or jobs at a time; default one a core.")
    ] = None,
    engine: Annotated[
        Literal["local", "slurm", "dask"], Parameter(help="Where points are solved.")
    ] = "local",
    resume: Annotated[bool, Parameter(negative="", help="Go on with the study in the folder.")] = False,
    force: Force = False,
    no_pictures: Annotated[bool, Parameter(negative="", help="Draw nothing.")] = False,
    json: Json = False,
    talk: Talk = _TALK,
) -> int:
    """Evaluate a case over many values of its keys: table, sensitivity, charts, best points."""
    from rollmech.study.walk import Options, carry_out, plan_study

    if workers is not None and workers < 1:
        raise InputError("study", [Fault("--workers", str(workers), "is too small", "at least 1")])
    overrides = tuple(set_ or [])
    if dry_run:
        plan = plan_study(file, overrides)[2]
        print(jsonlib.dumps(plan.record(), indent=2) if json else "\n".join(plan.words()))
        return 0
    target = out or Path("studies") / file.stem
    drawn, quiet = not no_pictures, talk.quiet or json
    options = Options(target, overrides, workers, engine, resume, force, drawn, quiet, talk.verbose)
    summary = carry_out(file, options)
    if json:
        print(jsonlib.dumps(summary, indent=2))
    elif talk.quiet:
        print(target)
    else:
        from rollmech.study.report import print_study

        print_study(summary, target)
    return 0


@app.command
def surrogate(
    file: Path,
    /,
    *,
    set_: Overrides = None,
    out: Annotated[Path | None, Parameter(help="Folder; default surrogates/<file name>.")] = None,
    dry_run: Annotated[bool, Parameter(negative="", help="Print the plan and solve nothing.")] = False,
    no_pictures: Annotated[bool, Parameter(negative="", help="Draw nothing.")] = False,
    json: Json = False,
    talk: Talk = _TALK,
) -> int:
    """Build a surrogate of K over ranges of geometry and moduli, solve by solve, to a stated error."""
    from rollmech.surrogate.walk import plan_surrogate, plan_words, words, write_built

    if dry_run:
        plan = plan_surrogate(file, set_ or [])
        print(jsonlib.dumps(plan, indent=2, ensure_ascii=False) if json else "\n".join(plan_words(plan)))
        return 0
    from rollmech.post.terminal import Terminal

    target = out or Path("surrogates") / file.stem
    with Terminal(talk.quiet or json, talk.verbose) as terminal:
        record = write_built(file, set_ or [], target, not no_pictures, terminal.stage)
    if json:
        print(jsonlib.dumps(record, indent=2, ensure_ascii=False))
    else:
        print(target if talk.quiet else "\n".join([*words(record), f"{target}: written"]))
    return 0


@app.command
def cache(action: Literal["list", "size", "clear"] = "list", /, *, json: Json = False) -> int:
    """Look at the store of solved influences, or empty it."""
    from rollmech.library.listing import print_cache

    print_cache(action, json)
    return 0


@app.command
def window(
    case: str,
    /,
    *,
    x: Annotated[str, Parameter(help='Setting along, e.g. rollers.radius or "rollers.radius=10 mm:80 mm".')],
    y: Annotated[str, Parameter(help="Setting upwards, e.g. rollers.tension.")],
    of: Annotated[
        Literal["ratio", "population", "strength"],
        Parameter(help="K or stress over resistance, or failure by [population] or [strength]."),
    ] = "ratio",
    set_: Overrides = None,
    out: Annotated[Path | None, Parameter(help="Folder; default runs/<case name>-window.")] = None,
    json: Json = False,
    talk: Talk = _TALK,
) -> int:
    """Map what two roller settings do: picture, arrays and table of a process window."""
    from rollmech.post.terminal import Terminal
    from rollmech.windowing import print_window, write_window

    target = out or Path("runs") / f"{Path(case).stem}-window"
    with Terminal(talk.quiet or json, talk.verbose) as terminal:
        record = write_window(Path(case), set_ or [], x, y, of, target, terminal.stage)
    if json:
        print(jsonlib.dumps(record, indent=2))
    elif talk.quiet:
        print(target)
    else:
        print_window(record, target)
    return 0


@app.command
def films(
    case: str,
    /,
    *,
    on: Annotated[
        str | None, Parameter(help="Layer that carries the others; default the flawed one.")
    ] = None,
    map_: Annotated[
        str | None, Parameter(name="--map", help="Layer of the map; default the one nearest to failing.")
    ] = None,
    solve: Annotated[
        bool, Parameter(negative="", help="Solve all cracks and phases in the stack, also on half-spaces.")
    ] = False,
    set_: Overrides = None,
    out: Annotated[Path | None, Parameter(help="Folder; default runs/<case name>-films.")] = None,
    json: Json = False,
    talk: Talk = _TALK,
) -> int:
    """Hold what parts and cracks every layer of a stack against what it withstands: table, and a map of one layer."""
    from rollmech.peeling import print_films, write_films
    from rollmech.post.terminal import Terminal

    target = out or Path("runs") / f"{Path(case).stem}-films"
    with Terminal(talk.quiet or json, talk.verbose) as terminal:
        record = write_films(Path(case), set_ or [], target, on, map_, solve, terminal.stage)
    if json:
        print(jsonlib.dumps(record, indent=2))
    elif talk.quiet:
        print(target)
    else:
        print_films(record, target)
    return 0


@app.command
def rank(
    case: str,
    /,
    *,
    by: Annotated[
        Literal["resistance", "ccd"], Parameter(help="Gain to compare by, as printed.")
    ] = "resistance",
    only: Annotated[
        list[str] | None,
        Parameter(
            negative="", help="A treatment to compare, repeatable; default those of the case, else all."
        ),
    ] = None,
    set_: Overrides = None,
    out: Annotated[Path | None, Parameter(help="Folder; default runs/<case name>-ranking.")] = None,
    json: Json = False,
    talk: Talk = _TALK,
) -> int:
    """Rank surface treatments: electrochemistry as printed against what their flaws do on this line."""
    from rollmech.deciding import print_ranking, write_ranking
    from rollmech.post.terminal import Terminal

    target = out or Path("runs") / f"{Path(case).stem}-ranking"
    with Terminal(talk.quiet or json, talk.verbose) as terminal:
        record = write_ranking(Path(case), set_ or [], only or [], by, target, terminal.stage)
    if json:
        print(jsonlib.dumps(record, indent=2, ensure_ascii=False))
    elif talk.quiet:
        print(target)
    else:
        print_ranking(record)
        print(f"{target}: written")
    return 0


@app.command
def tornado(
    case: str,
    /,
    *,
    of: Annotated[
        Literal["ratio", "radius", "failure"] | None,
        Parameter(help="What to sort by; default the first one that the case has."),
    ] = None,
    range_: Annotated[
        list[str] | None,
        Parameter(
            name="--range", negative="", help='KEY=LOW:HIGH, e.g. "flaws[0].depth=4 um:9 um"; repeatable.'
        ),
    ] = None,
    set_: Overrides = None,
    out: Annotated[Path | None, Parameter(help="Folder; default runs/<case name>-tornado.")] = None,
    json: Json = False,
    talk: Talk = _TALK,
) -> int:
    """Move each input over its range: what it does to K or stress, to the smallest safe radius, to failure."""
    from rollmech.deciding import print_tornado, write_tornado
    from rollmech.post.terminal import Terminal

    target = out or Path("runs") / f"{Path(case).stem}-tornado"
    with Terminal(talk.quiet or json, talk.verbose) as terminal:
        record = write_tornado(Path(case), set_ or [], of or "", range_ or [], target, terminal.stage)
    if json:
        print(jsonlib.dumps(record, indent=2, ensure_ascii=False))
    elif talk.quiet:
        print(target)
    else:
        print_tornado(record)
        print(f"{target}: written")
    return 0


@app.command
def init(path: Path = Path("case.toml"), /, *, force: Force = False) -> int:
    """Write a commented case to start from."""
    from rollmech.case.template import TEMPLATE

    if path.exists() and (path.is_dir() or not force):
        accepted = "a new file name" if path.is_dir() else "a new file name, or --force"
        raise InputError("init", [Fault("PATH", str(path), "is already there", accepted)])
    try:
        path.write_text(TEMPLATE, encoding="utf-8")
    except OSError as error:
        fault = Fault("PATH", str(path), f"cannot be written: {error.strerror}", "a writable place")
        raise InputError("init", [fault]) from None
    print(f"{path}: written; next: rollmech run {path}")
    return 0


@app.command
def schema() -> int:
    """Print the JSON schema of a case file, for editors."""
    from rollmech.case import json_schema

    print(jsonlib.dumps(json_schema(), indent=2))
    return 0


@app.command
def materials(name: str | None = None, /, *, json: Json = False) -> int:
    """List the shipped materials, or one material's properties with their sources."""
    from rollmech.materials.listing import as_json, print_cards, print_material

    return _list(name, json, as_json, print_cards, print_material)


@app.command
def treatments(name: str | None = None, /, *, json: Json = False) -> int:
    """List the surface treatments of a review, or explain one: electrochemistry and the flaw it leaves."""
    from rollmech.treatments.listing import as_json, print_treatment, print_treatments

    return _list(name, json, as_json, print_treatments, print_treatment)


@app.command
def surface(
    file: Path,
    /,
    *,
    pixel: Annotated[str | None, Parameter(help='Pixel size, e.g. "0.2 um" or "0.2 um, 0.5 um".')] = None,
    unit: Annotated[str | None, Parameter(help='Unit of the heights, e.g. "nm".')] = None,
    xy_unit: Annotated[
        str | None, Parameter(help="Unit of distances that a header gives without one.")
    ] = None,
    level: Annotated[str, Parameter(help="none, mean, plane, quadratic, cubic or rows.")] = "plane",
    web: Annotated[str, Parameter(help="Web direction against the rows, counter-clockwise.")] = "0 deg",
    threshold: Annotated[str | None, Parameter(help='Shallowest flaw counted, e.g. "50 nm".')] = None,
    layer: Annotated[str, Parameter(help="Layer that the case's flaw is in.")] = "ceramic",
    face: Annotated[str, Parameter(help="Face that it opens to: top or bottom.")] = "top",
    flaw: Annotated[
        int | None, Parameter(help="Number of the flaw for the case; default the deepest.")
    ] = None,
    out: Annotated[Path | None, Parameter(help="Folder; default surveys/<file name>.")] = None,
    no_pictures: Annotated[bool, Parameter(negative="", help="Write numbers only.")] = False,
    json: Json = False,
    talk: Talk = _TALK,
) -> int:
    """Find the pits and scratches of a measured height map: table, depth distribution, flaw of a case."""
    from rollmech.post.terminal import Terminal
    from rollmech.surveying import Options, as_json, survey_file, words

    target = out or Path("surveys") / file.stem
    options = Options(pixel, unit, xy_unit, level, web, threshold, layer, face, flaw, not no_pictures)
    with Terminal(talk.quiet or json, talk.verbose) as terminal:
        found = survey_file(file, options, target, terminal.stage)
    if json:
        print(jsonlib.dumps(as_json(target), indent=2, ensure_ascii=False))
    elif talk.quiet:
        print(target)
    else:
        print("\n".join([*words(found), f"written: {target}"]))
    return 0


@app.command
def doctor(*, json: Json = False, talk: Talk = _TALK) -> int:
    """Check that this installation can mesh, solve, run under MPI and render."""
    from rollmech import doctor as room

    asked = {"--json": json, "--quiet": talk.quiet, "--verbose": talk.verbose}
    return room.main([option for option, given in asked.items() if given])


@app.command
def verify(
    *,
    quick: Annotated[bool, Parameter(negative="", help="Only a subset of every family.")] = False,
    json: Json = False,
    page: Annotated[
        Path | None, Parameter(help="Folder that gets verification.md and its figures, e.g. docs.")
    ] = None,
    from_: Annotated[
        Path | None, Parameter(name="--from", help="JSON of an earlier run, read instead of solving.")
    ] = None,
    talk: Talk = _TALK,
) -> int:
    """Score the code against published references."""
    from rollmech.verify.run import main as score

    return score(quick, json, page, from_, talk.quiet, talk.verbose)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; a fault ends in one message on stderr."""
    tokens = list(sys.argv[1:] if arguments is None else arguments)
    if launched_rank():
        if tokens[:1] not in _ON_ALL_RANKS:
            return 0
        _silence_stdout()
    try:
        with stoppable(), _told(tokens):
            code = app(tokens, exit_on_error=False, print_error=False, result_action="return_value")
            sys.stdout.flush()
    except RollmechError as error:
        return share_fault(str(error), error.exit_code)
    except CycloptsError as error:
        return share_fault(f"rollmech: {_one_line(error)} See `rollmech --help`.", InputError.exit_code)
    except KeyboardInterrupt as stop:
        ended = isinstance(stop, Ended)
        return share_fault(
            f"rollmech: {'ended by SIGTERM' if ended else 'interrupted'}", 143 if ended else 130
        )
    except BrokenPipeError:
        return _unread()
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # rich ends this way
            return _unread()
        return end.code if isinstance(end.code, int) else 1
    except OSError as error:
        _silence_stdout()
        return share_fault(
            f"rollmech: cannot read or write {error.filename or 'its output'}: {error.strerror}", 1
        )
    except Exception as error:
        return _bug(error)
    return code if isinstance(code, int) else 0


@contextmanager
def _told(tokens: Sequence[str]) -> Iterator[None]:
    """Let the logs of what is written know the command line."""
    from rollmech.results.log import COMMAND

    token = COMMAND.set(shlex.join(["rollmech", *tokens]))
    try:
        yield
    finally:
        COMMAND.reset(token)


def _check_mesh(case: Case) -> None:
    """Hold a mesh file that the case names against the case."""
    if case.mesh is not None:
        from rollmech.mesh.own import read_own

        read_own(case)


def _gist(case: Case) -> str:
    """A case in one line."""
    flaw = f"{case.flaw.kind} in '{case.flaw.layer}'" if case.flaw else "no flaw"
    load = f"{len(case.rollers)} roller{'s' * (len(case.rollers) > 1)}" if case.rollers else "load given"
    return f"{' + '.join(layer.name for layer in case.stack)}; {flaw}; {load}"


def _list(name: str | None, json: bool, as_json: Callable, print_all: Callable, print_one: Callable) -> int:
    """A listing as JSON, of everything, or of one name."""
    if json:
        print(jsonlib.dumps(as_json(name), indent=2, ensure_ascii=False))
    elif name is None:
        print_all()
    else:
        print_one(name)
    return 0


def _bug(error: Exception) -> int:
    """An exception that no one planned: one line, the traceback only on request."""
    if os.environ.get("ROLLMECH_DEBUG"):
        import traceback

        traceback.print_exception(error)
    reason = " ".join(str(error).split())[:300]
    hint = "set ROLLMECH_DEBUG=1 for the traceback and report it together with the case file"
    return share_fault(f"rollmech: unexpected fault, a bug ({type(error).__name__}: {reason}); {hint}", 1)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _unread() -> int:
    """What a shell reports for a program whose reader has gone."""
    _silence_stdout()
    return 141


def _silence_stdout() -> None:
    """Let the interpreter's last flush go nowhere instead of failing again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report(path: str, error: InputError | None) -> dict[str, object]:
    """One file's verdict for `validate --json`."""
    faults = [vars(fault) for fault in error.faults] if error else []
    return {"file": path, "valid": error is None, "faults": faults}
