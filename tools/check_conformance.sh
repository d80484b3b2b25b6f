#!/usr/bin/env bash
# The page of rules and tests is current: tools/conformance/page.py. Usage: $0 [ROOT]
exec /usr/bin/python3 "$(dirname "$0")/conformance/page.py" --check "$@"
