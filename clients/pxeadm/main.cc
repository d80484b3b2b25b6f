#include <csignal>
#include <iostream>

#include "clients/pxeadm/run.h"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // `pxeadm ... | head` ends by the failing write
  const int code = pxe::adm::Run({argv + 1, argv + argc}, std::cin, std::cout, std::cerr);
  // A result that could not be written is no result.
  return std::cout.flush() ? code : 1;
}
