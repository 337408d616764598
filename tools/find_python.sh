#!/bin/sh
# Print a Python that is new enough (PYTHON=... overrides the search), or say in one line what to do.
need="import sys; sys.exit(0 if sys.version_info >= (3, 11) else 1)"
seen=""
if [ -n "${PYTHON:-}" ]; then set -- "$PYTHON"; else set -- python3 python3.14 python3.13 python3.12 python3.11 python; fi
for candidate in "$@"; do
    path=$(command -v "$candidate" 2>/dev/null) || continue
    if "$path" -c "$need" 2>/dev/null; then
        echo "$path"
        exit 0
    fi
    seen="$seen $candidate ($("$path" --version 2>&1))"
done
if [ -n "$seen" ]; then
    echo "error: Python 3.11 or newer is needed; found only:$seen. Install a newer one, or name it: make PYTHON=/path/to/python3" >&2
else
    echo "error: no Python found; install Python 3.11 or newer, or name it: make PYTHON=/path/to/python3" >&2
fi
exit 1
