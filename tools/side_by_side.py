"""Run jobs side by side, one for each core, and print what each of them said when it ends.

    python tools/side_by_side.py 'build: make book' 'look after build: make look' 'count: make count'

A job is a name, perhaps the names of those that must have succeeded before it, and a shell command. Jobs start in the
order given, as cores become free. Exits with the exit status of the first job that failed. Ctrl-C, or SIGTERM, ends
them all with whatever they have started.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

JOB = re.compile(r"(?P<name>\w+)(?: after (?P<after>\w+(?:, \w+)*))?: (?P<command>.+)", re.DOTALL)
# Threads that wait for each other would otherwise spin on the core that the neighbour needs, and more than one for
# each job only crowd.
THREADS = {"OMP_WAIT_POLICY": "PASSIVE", "OMP_NUM_THREADS": "1"}


@dataclass
class Job:
    """A command, and how it went."""

    name: str
    after: list
    command: str
    code: int | None = None
    process: subprocess.Popen | None = None
    began: float = 0.0
    log: object = field(default_factory=tempfile.TemporaryFile)

    def start(self):
        self.began = time.monotonic()
        print(f"started {self.name}", flush=True)
        environment = {**THREADS, **os.environ}
        self.process = subprocess.Popen(
            ["sh", "-c", self.command], env=environment, stdout=self.log, stderr=subprocess.STDOUT, start_new_session=True
        )

    def stop(self):
        """End the shell and all that it has started, which a signal to the shell alone would leave behind."""
        if self.process and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait()

    def end(self, code):
        self.code = code
        self.log.seek(0)
        taken = f" in {time.monotonic() - self.began:.0f} s" if self.process else ""
        print(f"======== {self.name}: exit status {code}{taken}", flush=True)
        sys.stdout.buffer.write(self.log.read())
        sys.stdout.buffer.flush()


def parse(texts):
    """Jobs of the command line.

    Raises
    ------
    ValueError
        If one cannot be read, or waits for a name that no job before it has.
    """
    jobs = []
    for text in texts:
        found = JOB.fullmatch(text)
        if not found:
            raise ValueError(f"{text!r} is no job: write 'NAME: COMMAND' or 'NAME after OTHER: COMMAND'")
        after = found["after"].split(", ") if found["after"] else []
        unknown = set(after) - {job.name for job in jobs}
        if unknown:
            raise ValueError(f"{found['name']} waits for {', '.join(sorted(unknown))}, which no job before it is called")
        jobs.append(Job(found["name"], after, found["command"]))
    if not jobs:
        raise ValueError("no job given")
    return jobs


def run(jobs, cores):
    """Run all; returns the exit status of the first that failed, or 0."""
    by_name = {job.name: job for job in jobs}
    first_failure = 0
    try:
        while waiting := [job for job in jobs if job.code is None]:
            for job in waiting:
                running = sum(other.process is not None and other.code is None for other in jobs)
                if job.process and (code := job.process.poll()) is not None:
                    job.end(code)
                elif not job.process and any(by_name[name].code for name in job.after):
                    job.end(1)  # what it needs is not there
                elif not job.process and running < cores and all(by_name[name].code == 0 for name in job.after):
                    job.start()
                first_failure = first_failure or job.code or 0
            time.sleep(0.05)
    finally:
        for job in jobs:
            job.stop()
    return first_failure


def main(arguments):
    """Run the command line; returns its exit status."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return run(parse(arguments), os.cpu_count() or 1)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
