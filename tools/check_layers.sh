#!/usr/bin/env bash
# Who may include whom, and what pure code may not do: tools/shape/layers.py. Usage: $0 [ROOT]
exec /usr/bin/python3 "$(dirname "$0")/shape/layers.py" "$@"
