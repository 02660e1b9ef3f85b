#!/bin/sh
# Makes the virtual environment from requirements.lock. Usage: setup.sh [FOLDER]
# uv installs in seconds; where it cannot be had, pip does the same more slowly from the same lock.
set -eu
venv=${1:-.venv}

usable() {
    "$1" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

if [ ! -x "$venv/bin/python" ]; then
    for python in "${PYTHON:-python3}" python3.13 python3.12 python3.11 python3 python; do
        if usable "$python"; then break; fi
        python=
    done
    if [ -z "$python" ]; then
        echo "setup: needs Python 3.11 or newer with venv (set PYTHON=/path/to/python)" >&2
        exit 1
    fi
    echo "setup: $("$python" --version) in $venv"
    "$python" -m venv "$venv"
fi

log="$venv/setup.log"
echo "setup: installing $(grep -c '==' requirements.lock) locked packages (once; a minute or two)"
lock_line=$(grep -o '^uv==[0-9.]*' requirements.lock)
install() {
    if "$venv/bin/python" -m pip install --quiet "$lock_line" &&
        "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --require-hashes -r requirements.lock; then
        return 0
    fi
    "$venv/bin/python" -m pip install --quiet --require-hashes -r requirements.lock
}
if ! install >"$log" 2>&1 ||
    ! "$venv/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable . >>"$log" 2>&1; then
    cat "$log" >&2
    echo "setup: failed; the lines above say why" >&2
    exit 1
fi
echo "setup: ready"
