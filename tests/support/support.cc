// Anchors the library; the helpers are headers or files of their own.
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
