// A disk that takes its time, for LD_PRELOAD: fsync and fdatasync return SLOW_FLUSH_US microseconds
// later than they would.
#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>

namespace {

int Slowly(const char* name, int fd) {
  const char* delay = std::getenv("SLOW_FLUSH_US");
  ::usleep(delay != nullptr ? static_cast<useconds_t>(std::atoi(delay)) : 0);
  return reinterpret_cast<int (*)(int)>(::dlsym(RTLD_NEXT, name))(fd);
}

}  // namespace

extern "C" int fsync(int fd) {
  return Slowly("fsync", fd);
}
extern "C" int fdatasync(int fd) {
  return Slowly("fdatasync", fd);
}
