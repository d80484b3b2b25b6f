// One run of pxeadm, from its words to its exit code.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace pxe::adm {

// `words` are the arguments without the program's name. Results go to `out`, all else to `err`.
// Returns the exit code (exit_code.h). PXEADM_SERVER is read from the environment.
int Run(const std::vector<std::string>& words, std::istream& in, std::ostream& out,
        std::ostream& err);

}  // namespace pxe::adm
