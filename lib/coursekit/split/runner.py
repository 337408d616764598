"""Run a task's cells: all in one process, as nbgrader does, or with the student's code in a second one.

Each run happens in a forked child of a process that has imported numpy and kinema already, so it
costs milliseconds and nothing leaks from one answer to the next.
"""

import builtins
import contextlib
import io
import multiprocessing
import os
import traceback
from dataclasses import dataclass

from coursekit.split.wire import WireError, decode, encode

FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Outcome:
    """What one test cell said."""

    test: str
    passed: bool
    points: float
    """Points earned."""
    message: str
    """Of the failure; empty when it passed."""


class StudentError(RuntimeError):
    """An exception of the student's code, of a kind that the judge does not know."""


def _execute(source, namespace, name):
    exec(compile(source, f"<{name}>", "exec"), namespace)  # noqa: S102 - running a cell is the point


def _failure(error):
    return f"{type(error).__name__}: {error}" if not isinstance(error, AssertionError) else str(error)


def _judge(tests, namespace):
    outcomes = []
    for test in tests:
        try:
            _execute(test.source, namespace, test.id)
        except BaseException as error:  # noqa: BLE001 - whatever a test raises, it has failed
            outcomes.append((test.id, False, 0.0, _failure(error)))
        else:
            outcomes.append((test.id, True, float(test.points), ""))
    return outcomes


def _together(problem_set, task, answer):
    namespace = {"__name__": "__main__"}
    _execute(problem_set.setup, namespace, "setup")
    try:
        _execute(answer, namespace, task.name)
    except Exception:  # noqa: BLE001 - a broken answer cell leaves its names undefined, as in a notebook
        pass
    return _judge(task.tests, namespace)


def _student(connection, setup, answer, name, oracles):
    """The second process: run the answer, then serve calls of what it defined."""
    namespace = {"__name__": "__main__"}
    _execute(setup, namespace, "setup")
    before = dict(namespace)
    try:
        _execute(answer, namespace, name)
    except Exception:  # noqa: BLE001 - as above
        pass
    mine = {k: v for k, v in namespace.items() if k != "__builtins__" and before.get(k, _MISSING) is not v}
    values = {}
    for key, value in mine.items():
        if not callable(value):
            with contextlib.suppress(WireError):
                encode(value)
                values[key] = value
    connection.send_bytes(encode({"callables": sorted(k for k, v in mine.items() if callable(v)), "values": values}))
    while True:
        try:
            request = decode(connection.recv_bytes(), oracles)
        except EOFError:
            return
        try:
            result = mine[request["call"]](*request["args"], **request["kwargs"])
            reply = encode({"result": result}, oracles)
        except BaseException as error:  # noqa: BLE001 - every error is reported to the judge
            reply = encode({"error": type(error).__name__, "message": str(error)})
        connection.send_bytes(reply)


_MISSING = object()


def _stub(connection, name, oracles, timeout):
    def call(*args, **kwargs):
        request = {"call": name, "args": list(args), "kwargs": kwargs}
        connection.send_bytes(encode(request, oracles))
        if not connection.poll(timeout):
            raise TimeoutError(f"{name} took longer than {timeout} s")
        reply = decode(connection.recv_bytes(), oracles)
        if "error" not in reply:
            return reply["result"]
        kind = getattr(builtins, reply["error"], None)
        if isinstance(kind, type) and issubclass(kind, Exception):
            raise kind(reply["message"])
        raise StudentError(f"{reply['error']}: {reply['message']}")

    call.__name__ = name
    return call


def _apart(problem_set, task, answer, oracles, timeout):
    here, there = FORK.Pipe()
    student = FORK.Process(target=_silent, args=(_student, there, problem_set.setup, answer, task.name, oracles))
    student.start()
    there.close()
    try:
        namespace = {"__name__": "__main__"}
        _execute(problem_set.setup, namespace, "setup")
        if not here.poll(timeout):
            return [(t.id, False, 0.0, f"the answer cell took longer than {timeout} s") for t in task.tests]
        offered = decode(here.recv_bytes())
        namespace.update(offered["values"])
        namespace.update({name: _stub(here, name, oracles, timeout) for name in offered["callables"]})
        return _judge(task.tests, namespace)
    finally:
        here.close()
        student.kill()
        student.join()


def _silent(function, *args):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return function(*args)


def _child(connection, seed, function, args):
    if seed is not None:
        os.environ["KINEMA_SEED"] = str(seed)
    try:
        connection.send(_silent(function, *args))
    except BaseException:  # noqa: BLE001 - reported, not swallowed
        connection.send(traceback.format_exc())


def run_task(problem_set, task, answer=None, *, split=False, oracles=None, seed=None, timeout=30):
    """Grade one answer to one task.

    Parameters
    ----------
    problem_set : ProblemSet
    task : Task
    answer : str or None
        Source of the answer cell; None takes the solution's.
    split : bool
        Whether the answer runs in a process of its own, with plain data crossing.
    oracles : dict of str to callable, or None
        Functions that tests may hand to the answer.
    seed : int or None
        Value of KINEMA_SEED; None leaves the environment alone.
    timeout : float
        Seconds for one call (split) or for the whole task.

    Returns
    -------
    list of Outcome
        One per test cell, in order.

    Raises
    ------
    RuntimeError
        If the set-up cell or the runner itself failed: that is never the answer's fault.
    """
    answer = task.answer if answer is None else answer
    here, there = FORK.Pipe(duplex=False)
    function, args = (_apart, (problem_set, task, answer, oracles or {}, timeout)) if split else (
        _together, (problem_set, task, answer))  # fmt: skip
    child = FORK.Process(target=_child, args=(there, seed, function, args))
    child.start()
    there.close()
    try:
        if not here.poll(timeout * (len(task.tests) + 1)):
            return [Outcome(t.id, False, 0.0, f"took longer than {timeout} s") for t in task.tests]
        result = here.recv()
    except EOFError:
        return [Outcome(t.id, False, 0.0, "the answer ended the process") for t in task.tests]
    finally:
        child.kill()
        child.join()
    if isinstance(result, str):
        raise RuntimeError(f"{problem_set.name}/{task.name}: the cells could not be run:\n{result}")
    return [Outcome(*row) for row in result]
