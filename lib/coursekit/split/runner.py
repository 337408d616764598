"""Run a task's cells: all in one process, as nbgrader does, or with the student's code in a second one.

Each run happens in a forked child of a process that has imported numpy and kinema already, so it
costs milliseconds and nothing leaks from one answer to the next. It shows that tests work across the
boundary; it is no sandbox, since a forked student process still holds a copy of its parent's memory.
"""

import ast
import builtins
import contextlib
import functools
import importlib
import io
import multiprocessing
import os
import signal
import sys
import traceback
from dataclasses import dataclass

from coursekit.split.wire import MAX_BYTES, WireError, decode, encode

FORK = multiprocessing.get_context("fork")
HELD = (EOFError, OSError, WireError, RecursionError, MemoryError)


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


def _judge(tests, namespace, report):
    """Run the test cells in order, reporting each as it ends: a later crash costs no earlier point."""
    for test in tests:
        try:
            _execute(test.source, namespace, test.id)
        except BaseException as error:  # noqa: BLE001 - whatever a test raises, it has failed
            report([test.id, False, _failure(error)])
        else:
            report([test.id, True, ""])


def _answer(source, namespace, name):
    """Run an answer cell; one that breaks, or tries to leave, only lacks what it did not define."""
    try:
        _execute(source, namespace, name)
    except BaseException:  # noqa: BLE001 - as in a notebook, where the next cells run all the same
        pass


def _together(problem_set, task, answer, report):
    namespace = {"__name__": "__main__"}
    _execute(problem_set.setup, namespace, "setup")
    _answer(answer, namespace, task.name)
    _judge(task.tests, namespace, report)


def defined_names(source):
    """Names that a cell binds at its top level: those an answer may offer to the tests."""
    tree = ast.parse(source)
    names = {n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    targets = [t for n in tree.body if isinstance(n, ast.Assign) for t in n.targets]
    return names | {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}


def _student(connection, inherited, setup, answer, name, offered, oracles):
    """The second process: run the answer, then serve calls of what the task asks for."""
    for other in inherited:
        other.close()
    namespace = {"__name__": "__main__"}
    _execute(setup, namespace, "setup")
    _answer(answer, namespace, name)
    mine = {k: namespace[k] for k in offered if k in namespace}
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
        given = [request["args"], request["kwargs"]]
        before = encode(given, oracles)
        try:
            result = mine[request["call"]](*request["args"], **request["kwargs"])
            reply = encode({"number": request["number"], "result": result, "changed": _changed(given, before, oracles)}, oracles)
        except BaseException as error:  # noqa: BLE001 - every error is reported to the judge
            reply = encode({"number": request["number"], "error": _known_as(error), "message": str(error)})
        connection.send_bytes(reply)


def _known_as(error):
    """Name of the nearest class of `error` that Python itself has: a ValueError of one's own is a ValueError."""
    kinds = (c for c in type(error).__mro__ if getattr(builtins, c.__name__, None) is c)
    nearest = next(kinds, Exception)
    return type(error).__name__ if nearest in (Exception, BaseException) else nearest.__name__


def _changed(given, before, oracles):
    """Whether a call changed its arguments. The judge has its own and would not notice."""
    try:
        return encode(given, oracles) != before
    except WireError:
        return True


class _Calls:
    """The judge's side of the pipe. After a time-out or damage the student's process is not asked again."""

    def __init__(self, connection, oracles, timeout):
        self.connection, self.oracles, self.timeout = connection, oracles, timeout
        self.number, self.broken = 0, None

    def receive(self):
        if not self.connection.poll(self.timeout):
            self.broken = f"took longer than {self.timeout} s"
            raise TimeoutError(self.broken)
        try:
            return decode(self.connection.recv_bytes(MAX_BYTES), self.oracles)
        except HELD as error:
            self.broken = "the answer's process ended, or sent what is no message"
            raise StudentError(self.broken) from error

    def hello(self):
        """What the answer offers: names of callables, and plain values."""
        offer = self.receive()
        if not isinstance(offer, dict) or set(offer) != {"callables", "values"}:
            self.broken = "the answer's process sent what is no offer"
            raise StudentError(self.broken)
        return offer

    def call(self, name, args, kwargs):
        if self.broken:
            raise StudentError(self.broken)
        self.number += 1
        request = {"number": self.number, "call": name, "args": list(args), "kwargs": kwargs}
        try:
            self.connection.send_bytes(encode(request, self.oracles))
        except OSError as error:
            self.broken = "the answer ended the process"
            raise StudentError(self.broken) from error
        reply = self.receive()
        if not isinstance(reply, dict) or reply.get("number") != self.number:
            self.broken = "the answer's process sent what is no reply"
            raise StudentError(self.broken)
        if "error" not in reply:
            if reply.get("changed"):
                raise AssertionError(f"{name} changed what it was given: compute on copies")
            return reply["result"]
        kind = getattr(builtins, str(reply["error"]), None)
        if isinstance(kind, type) and issubclass(kind, Exception):
            raise kind(reply["message"])
        raise StudentError(f"{reply['error']}: {reply['message']}")

    def stub(self, name):
        def call(*args, **kwargs):
            return self.call(name, args, kwargs)

        call.__name__ = name
        return call


def _apart(problem_set, task, answer, report, outer, oracles, timeout):
    here, there = FORK.Pipe()
    namespace = {"__name__": "__main__"}
    _execute(problem_set.setup, namespace, "setup")
    # Only what the solution defines is taken from the answer: `expect` and its kind stay the judge's.
    offered = sorted(defined_names(task.answer) - set(namespace))
    student = FORK.Process(
        target=_silent, args=(_student, there, (here, outer), problem_set.setup, answer, task.name, offered, oracles)
    )
    student.start()
    there.close()
    try:
        calls = _Calls(here, oracles, timeout)
        with contextlib.suppress(StudentError, TimeoutError):
            hello = calls.hello()
            namespace.update({k: v for k, v in hello["values"].items() if k in offered})
            namespace.update({name: calls.stub(name) for name in hello["callables"] if name in offered})
        for name in offered:
            namespace.setdefault(name, calls.stub(name))
        _judge(task.tests, namespace, report)
    finally:
        here.close()
        student.kill()
        student.join()


def _silent(function, *args):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return function(*args)


def _one_thread():
    """Keep torch to one thread: those that the parent had are gone in a forked child, and would be waited for."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)


def _child(connection, seed, split, problem_set, task, answer, oracles, timeout):
    os.setsid()  # so that the parent can end whatever the answer started, all at once
    _one_thread()
    if seed is not None:
        os.environ["KINEMA_SEED"] = str(seed)

    def report(row):
        connection.send_bytes(encode(row))

    try:
        if split:
            _silent(_apart, problem_set, task, answer, report, connection, oracles, timeout)
        else:
            _silent(_together, problem_set, task, answer, report)
        report(["end", True, ""])
    except BaseException:  # noqa: BLE001 - reported, not swallowed
        report(["fault", False, traceback.format_exc()])


def _end(child):
    """End a run with everything that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.kill()
    child.join()


@functools.cache
def warm(source):
    """Import here what a set-up cell imports, closes or refuses, once: each forked child has it then."""
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "begin":
            given = [n.value for k in node.keywords for n in ast.walk(k.value) if isinstance(n, ast.Constant)]
            names = [name.split(".")[0] if not name.startswith("kinema") else name for name in given]
        for name in names:
            importlib.import_module(name)


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
        Seconds that one call may take (split), and half of what one test cell may.

    Returns
    -------
    list of Outcome
        One per test cell, in order.

    Raises
    ------
    RuntimeError
        If the set-up cell or the runner itself failed: that is never the answer's fault.
    """
    warm(problem_set.setup)
    answer = task.answer if answer is None else answer
    tests = {t.id: t for t in task.tests}
    found, why = {}, "the answer ended the process"
    here, there = FORK.Pipe(duplex=False)
    child = FORK.Process(target=_child, args=(there, seed, split, problem_set, task, answer, oracles or {}, timeout))
    child.start()
    there.close()
    try:
        while len(found) < len(tests):
            if not here.poll(timeout * 2):
                why = f"took longer than {timeout} s"
                break
            name, passed, message = decode(here.recv_bytes(MAX_BYTES))
            if name == "fault":
                raise RuntimeError(f"{problem_set.name}/{task.name}: the cells could not be run:\n{message}")
            if name == "end":
                break
            if name in tests and name not in found:
                found[name] = Outcome(name, passed is True, tests[name].points if passed is True else 0.0, str(message))
    except (*HELD, ValueError):
        pass  # what has been reported stands; the rest was lost with the process
    finally:
        here.close()
        _end(child)
    return [found.get(t.id, Outcome(t.id, False, 0.0, why)) for t in task.tests]
