"""Write what `reportgen --help` says into the README: `python tests/update_readme.py`."""

import re
from pathlib import Path

from click.testing import CliRunner

from reportgen.cli import main

README = Path(__file__).resolve().parent.parent / "README.md"
HELP = re.compile(r"(?<=<!-- help -->\n```\n).*?(?=```\n)", re.DOTALL)


def help_text() -> str:
    """Return the help in the width that the README has."""
    result = CliRunner().invoke(
        main, ["--help"], prog_name="reportgen", terminal_width=100, catch_exceptions=False
    )
    return result.output


if __name__ == "__main__":
    README.write_text(HELP.sub(lambda _: help_text(), README.read_text("utf-8"), count=1), "utf-8")
