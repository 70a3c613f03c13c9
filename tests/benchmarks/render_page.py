"""Time the page alone, without imports and PNGs: `render_page.py DUMP PAGE TOP_K VALUES`.

Settles and renders the report of probe 0, writes it to PAGE, and prints the seconds that took.
VALUES is `values` or `bare`.
"""

import sys
import time
from pathlib import Path

from reportgen import page, read_dump
from reportgen.sheets import Options, settle


def main(source: str, target: str, top_k: str, values: str) -> None:
    dump = read_dump(source)
    start = time.perf_counter()
    html = page.render(settle(dump, Options(top_k=int(top_k), values=values == "values")))
    print(time.perf_counter() - start)
    Path(target).write_text(html, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
