"""Refuse test cells that could not work with the student's code in another process.

Such a cell may call functions with plain data and look at what comes back. It may not look inside
them: no `inspect`, no mocks, no identity checks of objects, no `type(...) is`.
"""

import argparse
import ast
import sys

from coursekit.paths import problem_sets
from coursekit.problem_set import read_problem_set

_MODULES = {"inspect", "mock", "unittest", "dis", "gc", "ctypes", "importlib", "builtins", "sys"}
_CALLS = {"id", "globals", "locals", "vars", "getattr", "setattr", "hasattr", "eval", "exec", "__import__"}
_ATTRIBUTES = {"__code__", "__defaults__", "__dict__", "__class__", "__closure__", "__globals__", "__wrapped__", "__source__", "f_back", "f_locals"}


def _plain_constant(node):
    return isinstance(node, ast.Constant) and (node.value is None or node.value is Ellipsis or isinstance(node.value, bool))


def _names(*nodes):
    """Names and attribute names that appear in some expressions."""
    inside = [n for node in nodes for n in ast.walk(node)]
    return {n.id for n in inside if isinstance(n, ast.Name)} | {n.attr for n in inside if isinstance(n, ast.Attribute)}


def complaints(source, student_names=()):
    """What a test cell does that cannot cross, one line each.

    Parameters
    ----------
    source : str
        The cell.
    student_names : collection of str
        Names that answers define; `isinstance` against them is refused.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
            found += [f"line {line}: imports {n}" for n in names if n.split(".")[0] in _MODULES]
        elif isinstance(node, ast.Attribute) and node.attr in _ATTRIBUTES:
            found.append(f"line {line}: looks at {node.attr}")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in _CALLS:
                found.append(f"line {line}: calls {node.func.id}()")
            elif node.func.id == "isinstance" and _names(*node.args[1:]) & set(student_names):
                found.append(f"line {line}: checks isinstance of a student's class")
        elif isinstance(node, ast.Compare):
            for operator, left, right in zip(node.ops, [node.left, *node.comparators], node.comparators, strict=False):
                if isinstance(operator, ast.Is | ast.IsNot) and not (_plain_constant(left) or _plain_constant(right)):
                    found.append(f"line {line}: compares identity with `is`")
    return found


def lint(name):
    """Complaints about every test cell of a problem set, as "task/cell: complaint"."""
    problem_set = read_problem_set(name)
    names = {
        n.name
        for task in problem_set.tasks
        for n in ast.walk(ast.parse(task.answer))
        if isinstance(n, ast.FunctionDef | ast.ClassDef)
    }
    return [f"{test.id}: {c}" for task in problem_set.tasks for test in task.tests for c in complaints(test.source, names)]


def main(argv=None):
    """Lint all problem sets; returns 1 if there is a complaint."""
    argparse.ArgumentParser(prog="course lint", description=__doc__).parse_args(argv)
    found = [f"{name}/{line}" for name in problem_sets() for line in lint(name)]
    for line in found:
        print(f"error: {line}", file=sys.stderr)
    print(f"{len(problem_sets())} problem sets, {len(found)} complaints")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
