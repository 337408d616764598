# nbgrader's own commands, run from this folder, find everything through this file:
#   nbgrader generate_assignment ps1      nbgrader autograde ps1
#   nbgrader generate_feedback ps1        nbgrader export
import os

from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    Execute,
    IgnorePattern,
    OverwriteCells,
    OverwriteKernelspec,
)

c = get_config()  # noqa: F821

root = os.path.dirname(os.path.abspath(__file__))
grading = os.environ.get("KINEMA_GRADING") or os.path.join(root, ".grading")
os.makedirs(grading, exist_ok=True)

c.CourseDirectory.root = root
c.CourseDirectory.course_id = "seeing-motion"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
# Submissions, grades and feedback live outside what git tracks.
c.CourseDirectory.submitted_directory = os.path.join(os.path.relpath(grading, root), "submitted")
c.CourseDirectory.autograded_directory = os.path.join(os.path.relpath(grading, root), "autograded")
c.CourseDirectory.feedback_directory = os.path.join(os.path.relpath(grading, root), "feedback")
c.CourseDirectory.db_url = "sqlite:///" + os.path.join(grading, "gradebook.db")

c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\n..."}
c.ClearSolutions.text_stub = "*Your answer here: replace this line.*"

# A student who deleted a test cell is graded all the same.
c.OverwriteCells.add_missing_cells = True


class ForgetCopies(DeduplicateIds):
    """A pasted copy of a cell loses its grading entry altogether: an empty one would stop OverwriteCells."""

    def preprocess(self, nb, resources):
        nb, resources = super().preprocess(nb, resources)
        for cell in nb.cells:
            if "nbgrader" in cell.metadata and "grade_id" not in cell.metadata["nbgrader"]:
                del cell.metadata["nbgrader"]
        return nb, resources


c.Autograde.sanitize_preprocessors = [
    ClearOutput,
    ForgetCopies,
    OverwriteKernelspec,
    OverwriteCells,
    CheckCellMetadata,
]
c.Execute.timeout = 60
c.Execute.shutdown_kernel = "immediate"

# nbgrader takes any output on stderr for a failed test. A warning or a progress bar is none: drop
# such output before the score is taken, in autograding here and in Validate below.
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = r"(?s).*"
c.Validator.preprocessors = [CheckCellMetadata, Execute, IgnorePattern]
