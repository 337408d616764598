"""What a measurement was taken on: it travels with the numbers."""

import importlib.metadata
import json
import os
import platform
from pathlib import Path

from kinema.data.records import RECORDS


def processor():
    """The processor's name, as the system tells it."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def describe(*packages):
    """Processor, cores, system and the versions of `packages`, as a plain dict."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    versions = {}
    for name in packages:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = None
    return {
        "processor": processor(),
        "cores": cores,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": versions,
    }


def write_record(name, command, machine, **measured):
    """Write a record that pages can quote (`kinema.data.load_record`); returns its path."""
    RECORDS.mkdir(exist_ok=True)
    path = RECORDS / f"{name}.json"
    path.write_text(json.dumps({"command": command, "machine": machine, **measured}, indent=1) + "\n", encoding="utf-8")
    return path
