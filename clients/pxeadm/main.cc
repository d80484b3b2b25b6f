#include <csignal>
#include <cstdlib>
#include <iostream>

#include "clients/pxeadm/run.h"

int main(int argc, char** argv) {
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);  // gRPC's own lines say nothing to operators
  std::signal(SIGPIPE, SIG_IGN);  // `pxeadm ... | head` ends by the failing write
  const int code = pxe::adm::Run({argv + 1, argv + argc}, std::cin, std::cout, std::cerr);
  // A result that could not be written is no result.
  return std::cout.flush() ? code : 1;
}
