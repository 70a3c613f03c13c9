"""The command line. Nothing heavy is imported until a dump has been read."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager, nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reportgen.errors import InputError, MachineError, escape_controls
from reportgen.interrupts import interrupts_held, terminated_as_by_ctrl_c
from reportgen.options import THEMES, Options
from reportgen.paths import DEFAULT_DIRECTORY
from reportgen.words import count_of

if TYPE_CHECKING:
    from reportgen.dumps import Dump
    from reportgen.report import Written

HEAVY_PAGE = 25_000_000
"""Bytes above which trackers, mail and slow machines may have trouble with a page."""
_HEAVY_NOTE = (
    "Warning: the page is over 25 MB, more than many trackers and mailboxes take. "
    "Leave some out: a smaller --top-k, fewer probes (--probe-index), or --combined-only."
)
_EPILOG = """\b
Examples:
  reportgen dump.json                          probe 0, its 10 strongest features
  reportgen dump.json --all-probes -k 5 --open
  reportgen dump.json --feature-id 40780       one feature over all probes
  reportgen before.json after.npz batch-0.jsonl.gz
  gunzip -c dump.json.gz | reportgen - -o out

A new run into the same directory replaces the whole report that is there; other files in it are
left alone.
"""


class _Command(click.Command):
    """A command whose usage errors cannot steer a terminal: they repeat what was given."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the command line."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            vars(error)["message"] = escape_controls(error.message)
            raise


@click.command(
    cls=_Command,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_EPILOG,
)
@click.argument(
    "inputs",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(readable=False, allow_dash=True),
)
@click.option(
    "-o",
    "--output-dir",
    "output",
    metavar="DIR",
    type=click.Path(readable=False, path_type=Path),
    default=DEFAULT_DIRECTORY,
    show_default=True,
    help="Where the report goes; with --self-contained it may be a file that ends in .html.",
)
@click.option(
    "-k",
    "--top-k",
    metavar="N",
    type=click.IntRange(min=0),
    default=Options.top_k,
    show_default=True,
    help="How many of the strongest features to draw one by one.",
)
@click.option(
    "--probe-index",
    "probe_indexes",
    metavar="N",
    type=click.IntRange(min=0),
    multiple=True,
    help="Which probe to draw; may be repeated.  [default: the first of each file]",
)
@click.option("--all-probes", is_flag=True, help="Draw every probe.")
@click.option(
    "--tokens-per-row",
    metavar="N",
    type=click.IntRange(min=1),
    default=Options.tokens_per_row,
    show_default=True,
    help="Tokens per row of a feature heatmap and of a stacked one.",
)
@click.option(
    "--no-values",
    is_flag=True,
    help="Hide the numbers on tokens, in PNGs and in the page.",
)
@click.option(
    "--combined-only",
    is_flag=True,
    help="Draw only the combined heatmaps, and in the page the matrices without the rows.",
)
@click.option(
    "--feature-id",
    "feature_ids",
    metavar="ID",
    multiple=True,
    help="Draw this feature stacked over all probes of the dump too: an index as 40780 or an id as "
    "0-clt-hp:40780; may be repeated.",
)
@click.option(
    "--labels",
    metavar="FILE",
    multiple=True,
    type=click.Path(readable=False),
    help="Names of features: CSV, TSV, JSON, an attribution graph or Neuronpedia's export of "
    "explanations; may be repeated, the later wins.",
)
@click.option("--model", metavar="NAME", help="The model, where a file does not name it.")
@click.option("--source-set", metavar="NAME", help="The source set, where a file does not name it.")
@click.option("--source", metavar="NAME", help="The source, where a file does not name it.")
@click.option("--include-bos", is_flag=True, help="Let BOS tokens count for the max.")
@click.option(
    "--negatives/--no-negatives",
    default=Options.negatives,
    help="Show negative activations, in rose, or hide them.  [default: shown where they matter]",
)
@click.option(
    "--theme",
    type=click.Choice(THEMES),
    default=Options.theme,
    show_default=True,
    help="Page colour of the PNGs.",
)
@click.option(
    "--title", metavar="TEXT", help="Heading of the page.  [default: model and file name]"
)
@click.option(
    "--self-contained",
    is_flag=True,
    help="Write one page, report.html, with the PNGs inside, and nothing else.",
)
@click.option(
    "--overwrite", is_flag=True, help="Replace files in the way that are of no earlier report."
)
@click.option("--open", "open_page", is_flag=True, help="Open the page in the browser when done.")
@click.option(
    "-j",
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    help="Processes that draw.  [default: the cores there are, fewer for few PNGs]",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Draw by the Dask cluster whose scheduler is at this address, as tcp://10.0.0.1:8786.",
)
@click.option(
    "--max-input-bytes",
    metavar="N",
    type=click.IntRange(min=1),
    help="The largest file to read, counted unzipped.  [default: 2147483648 (2 GiB)]",
)
@click.option(
    "--max-values",
    metavar="N",
    type=click.IntRange(min=1),
    help="The most values that a sparse file or arrays may unfold into.  [default: 100000000]",
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing unless something is wrong.")
@click.version_option(package_name="activation-reportgen", prog_name="reportgen")
def main(
    inputs: tuple[str, ...],
    output: Path,
    probe_indexes: tuple[int, ...],
    all_probes: bool,
    no_values: bool,
    scheduler: str | None,
    max_input_bytes: int | None,
    max_values: int | None,
    labels: tuple[str, ...],
    model: str | None,
    source_set: str | None,
    source: str | None,
    open_page: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Turn activation dumps into PNG heatmaps and one offline page.

    Each FILE is a dump, an answer of Neuronpedia or a part of its export, as JSON or JSON lines,
    plain or gzipped, or arrays in .npz; - is standard input. Probes are numbered through in the
    order of the files. The page, index.html, shows what the PNGs show and links every one of them.
    """
    if all_probes and probe_indexes:
        raise click.UsageError("--all-probes and --probe-index exclude each other.")
    if inputs.count("-") > 1:
        raise click.UsageError("- can stand for one file only.")
    with _memory_enough():
        dump = _read(inputs, max_input_bytes, max_values)
        dump = dump.completed(model=model, source_set=source_set, source=source).labelled(*labels)
    with _matplotlib_undisturbed(), interrupts_held():  # (compiled modules cannot be half imported)
        from reportgen import figures  # noqa: F401  (build_report finds it imported)
    from reportgen.pool import dask_cluster
    from reportgen.report import build_report

    cluster = dask_cluster(scheduler) if scheduler else nullcontext()
    with _memory_enough(), terminated_as_by_ctrl_c(), cluster as executor:
        written = build_report(
            dump,
            output,
            executor=executor,
            progress=_progress if sys.stderr and sys.stderr.isatty() and not quiet else None,
            probe_indexes=None if all_probes else probe_indexes or dump.first_probes,
            values=not no_values,
            **options,
        )
    if not quiet:
        _say(_summary(written) + (f" ({dump.labels_summary})" if labels else ""))
    if written.page_bytes > HEAVY_PAGE:
        click.echo(_HEAVY_NOTE, err=True)
    if open_page:
        _open(written.page)


def _read(inputs: tuple[str, ...], max_bytes: int | None, max_values: int | None) -> "Dump":
    """Read the files that the user named."""
    with interrupts_held():
        from reportgen.dumps import MAX_INPUT_BYTES, MAX_VALUES, Dump, read_dump

    if "-" in inputs and sys.stdin is None:
        raise InputError("stdin: is closed; name a file, or pipe a dump in")
    limit, most = max_bytes or MAX_INPUT_BYTES, max_values or MAX_VALUES
    files = (sys.stdin.buffer if name == "-" else name for name in inputs)
    return Dump.joined(read_dump(f, max_input_bytes=limit, max_values=most) for f in files)


@contextmanager
def _memory_enough() -> Iterator[None]:
    """Turn a want of memory into one clear error."""
    try:
        yield
    except MemoryError:
        raise MachineError(
            "there is not enough memory for this dump; split it by probes, or draw less of it: "
            "fewer probes (--probe-index), a smaller --top-k"
        ) from None


def _say(text: str) -> None:
    """Write a line to standard output, which may be a full disk."""
    try:
        click.echo(escape_controls(text))
    except BrokenPipeError:
        raise  # Click ends quietly then
    except OSError as error:
        raise MachineError(
            f"stdout: cannot be written: {error.strerror}; but this is done: {text}"
        ) from None


@contextmanager
def _matplotlib_undisturbed() -> Iterator[None]:
    """Keep a stray `matplotlibrc` or MPLBACKEND from failing the import, and silence warnings.

    matplotlib takes the first `matplotlibrc` it finds, in the working directory before all others;
    in the folder of its own data that is the one it was made with.
    """
    import logging

    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    os.environ.pop("MPLBACKEND", None)
    spec = find_spec("matplotlib")
    folders = [
        Path(folder) / "mpl-data" for folder in (spec and spec.submodule_search_locations) or []
    ]
    with chdir(next((folder for folder in folders if folder.is_dir()), Path.cwd())):
        yield


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on stderr."""
    with click.progressbar(length=total, label="Drawing", show_pos=True, file=sys.stderr) as bar:
        yield bar.update


def _summary(written: "Written") -> str:
    """Return one line with what was written and where."""
    pngs = count_of(written.n_pngs, "PNG")
    page = written.page
    if written.pngs or not written.n_pngs:
        text = f"{pngs} and the page written: {page}"
    else:
        text = f"One page of {written.page_bytes / 1e6:.1f} MB with {pngs} inside written: {page}"
    if written.drawn_probes < written.n_probes:
        text += (
            f" ({written.drawn_probes} of {written.n_probes} probes drawn; "
            "add --all-probes for all of them)"
        )
    return text


def _open(page: Path) -> None:
    """Open the page in the reader's browser."""
    import webbrowser

    if not webbrowser.open(page.absolute().as_uri()):
        note = f"No browser could be opened; open {page} yourself."
        click.echo(escape_controls(note), err=True)
