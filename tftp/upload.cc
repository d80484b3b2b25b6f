#include "tftp/upload.h"

#include <algorithm>
#include <utility>

#include "base/hex.h"
#include "base/status.h"

namespace pxe::tftp {

Upload::Upload(Parts parts, Counters<Outcome>& counters)
    : parts_(std::move(parts)), counters_(counters) {
  Flush();
}

bool Upload::IsRepeatedBy(std::span<const uint8_t> datagram) const {
  return !reception().answered() && std::ranges::equal(datagram, parts_.request);
}

void Upload::OnReady(net::Readiness readiness, net::ReceiveBatch& batch, TimePoint now) {
  parts_.link.Receive(batch, counters_, now,
                      [&](const wire::Packet& packet) { OnPacket(packet, now); });
  if (readiness.error && parts_.link.TakeRefusal()) parts_.reception.OnPortClosed();
}

void Upload::OnPacket(const wire::Packet& packet, TimePoint now) {
  if (const auto* error = std::get_if<wire::Error>(&packet)) failure_ = Printable(error->message);
  const bool was_complete = reception().complete();
  const auto bytes = parts_.reception.OnPacket(packet, now);
  const auto stored = Store(bytes, reception().complete() && !was_complete);
  if (!stored.ok()) {
    failure_ = MessageOf(stored);
    parts_.reception.Refuse(UploadError(stored));
  }
  Flush();
}

absl::Status Upload::Store(std::span<const uint8_t> bytes, bool last) {
  if (parts_.netascii) {
    std::string text = decoder_.Convert(bytes);
    if (last) text += decoder_.Finish();
    PXE_RETURN_IF_ERROR(parts_.file.Append(text));
  } else {
    PXE_RETURN_IF_ERROR(
        parts_.file.Append({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
  }
  return last ? parts_.file.Commit() : absl::OkStatus();
}

void Upload::OnTimer(TimePoint now) {
  parts_.reception.OnDeadline(now);
  Flush();
}

void Upload::OnRepeatedRequest(TimePoint now) {
  parts_.reception.OnRepeatedRequest(now);
  Flush();
}

void Upload::Abort(const std::string& message) {
  failure_ = message;
  parts_.reception.Refuse(wire::MakeError(wire::ErrorCode::kUndefined, message));
  Flush();
}

void Upload::Flush() {
  if (const auto packet = parts_.reception.TakeOutbox()) parts_.link.Send(*packet, counters_);
}

}  // namespace pxe::tftp
