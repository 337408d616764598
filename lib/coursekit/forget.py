"""Drop what nbgrader recorded of one submission: ``course forget ps1 bob``.

nbgrader keeps the old score under the new date when a regrade fails. After this there is no old score
to keep. The submitted file itself stays.
"""

import argparse
import os
import shutil
import sys
from pathlib import Path

from coursekit.paths import ROOT


def forget(assignment, student, grading):
    """Remove the grades, the autograded copy and the feedback of one submission.

    Parameters
    ----------
    assignment, student : str
    grading : Path
        Folder that holds gradebook.db.

    Returns
    -------
    bool
        Whether there was a grade.
    """
    from nbgrader.api import Gradebook, MissingEntry

    book = Path(grading) / "gradebook.db"
    if not book.exists():
        raise ValueError(f"{book} does not exist: nothing has been graded yet")
    found = True
    with Gradebook(f"sqlite:///{book}") as gradebook:
        try:
            gradebook.remove_submission(assignment, student)
        except MissingEntry:
            found = False
    for stage in ("autograded", "feedback"):
        shutil.rmtree(Path(grading) / stage / student / assignment, ignore_errors=True)
    return found


def main(argv=None):
    """Parse the command line; returns 1 where there was nothing to forget."""
    parser = argparse.ArgumentParser(prog="course forget", description=__doc__)
    parser.add_argument("assignment")
    parser.add_argument("student")
    arguments = parser.parse_args(argv)
    grading = Path(os.environ.get("KINEMA_GRADING") or ROOT / ".grading")
    if not forget(arguments.assignment, arguments.student, grading):
        print(f"error: no grade of {arguments.student} for {arguments.assignment}", file=sys.stderr)
        return 1
    print(f"forgot the grade of {arguments.student} for {arguments.assignment}; the submission is still there")
    return 0


if __name__ == "__main__":
    sys.exit(main())
