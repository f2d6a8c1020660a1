# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m faults [--scenario NAME]… [--workers N]`, started from the folder that holds the package."""

from __future__ import annotations

import argparse
import sys

from support.collection_tree import collections_path


def main() -> int:
    """Try everything; 1 when something is not as it has to be."""
    sys.path.insert(0, str(collections_path()))
    from . import report

    parser = argparse.ArgumentParser(prog="python -m faults", description="Every request of a clone times every fault.")
    parser.add_argument("--scenario", action="append", choices=report.ALL, help="only this one; may be repeated")
    parser.add_argument("--workers", type=int, help="processes; default: one for each core")
    options = parser.parse_args()
    outcome = report.run(options.scenario or report.ALL, options.workers, lambda line: print(line, file=sys.stderr))
    print("\n".join(outcome.lines()))
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
