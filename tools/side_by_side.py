"""Run commands side by side, one for each core: what the first prints as it comes, what the others print in the end.

    python tools/side_by_side.py COMMAND [-- COMMAND ...]

Exits with the first exit status that is not 0. Ctrl-C ends them all.
"""

import os
import subprocess
import sys
import tempfile


def commands(arguments):
    """The command lines between the dashes."""
    found = [[]]
    for word in arguments:
        if word == "--":
            found.append([])
        else:
            found[-1].append(word)
    return [command for command in found if command]


def run(found):
    """Run all; returns the exit status of the first that failed, or 0."""
    # Threads that wait for each other would otherwise spin on the core that the neighbour needs.
    environment = {"OMP_WAIT_POLICY": "PASSIVE", **os.environ}
    first, *others = found
    logs = [tempfile.TemporaryFile() for _ in others]
    running = [subprocess.Popen(first, env=environment)]
    try:
        for command, log in zip(others, logs, strict=True):
            running.append(subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT))
        codes = []
        for process, log in zip(running, [None, *logs], strict=True):
            codes.append(process.wait())
            if log is not None:
                log.seek(0)
                sys.stdout.buffer.write(log.read())
                sys.stdout.buffer.flush()
    finally:
        for process in running:
            if process.poll() is None:
                process.terminate()
                process.wait()
    return next((code for code in codes if code), 0)


def main(arguments):
    """Run the command line; returns its exit status."""
    found = commands(arguments)
    if not found:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        return run(found)
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 127


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
