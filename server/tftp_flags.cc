#include "server/tftp_flags.h"

namespace pxe::server {

void AddTftpFlags(CLI::App& app, TftpSettings& settings) {
  app.add_flag("--tftp-single-port", settings.single_port,
               "send everything from the TFTP port itself, for firewalls and NAT");
  app.add_option("--tftp-mtu", settings.mtu,
                 "largest IP packet to clients, in bytes [what the path takes]")
      ->check(CLI::Range(576, 65535));
  app.add_option("--tftp-dscp", settings.dscp,
                 "mark for priority of all that TFTP sends, for switches that look at it [0]")
      ->check(CLI::Range(0, 63));
  app.add_option("--tftp-max-block", settings.max_block_bytes,
                 "largest block that is granted, in bytes [65464; the MTU cuts further]")
      ->check(CLI::Range(8, 65464));
  app.add_option("--tftp-max-window", settings.max_window_blocks,
                 "largest window that is granted, in blocks [16]")
      ->check(CLI::Range(1, 64));
  app.add_option("--tftp-max-transfers", settings.max_transfers,
                 "transfers at once; further requests are dropped, and clients ask again [4096]")
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--tftp-max-transfers-per-client", settings.max_transfers_per_client,
                 "of one address, behind which there may be many machines [1024]")
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--tftp-max-requests-per-second", settings.max_requests_per_second,
                 "of one address; 0: as many as it likes [0]");
  app.add_flag("--tftp-ignore-case", settings.ignore_case,
               "find static files in whatever case their names are asked for");
  app.add_option("--tftp-remap", settings.remap,
                 "FROM=TO, repeatable: a name, or with a slash at its end a folder, that stands "
                 "for another");
  app.add_option("--tftp-upload", settings.upload,
                 "folder below the TFTP root where clients may store new files, repeatable [none]");
  app.add_option("--tftp-upload-overwrite", settings.upload_overwrite,
                 "folder where they may also replace files, repeatable [none]");
  app.add_option("--tftp-max-upload-bytes", settings.max_upload_bytes,
                 "of one stored file [67108864]");
}

}  // namespace pxe::server
