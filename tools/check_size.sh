#!/usr/bin/env bash
# Files and functions stay small: tools/shape/size.py. Usage: $0 [ROOT]
exec /usr/bin/python3 "$(dirname "$0")/shape/size.py" "$@"
