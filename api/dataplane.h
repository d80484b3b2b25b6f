// The messages of the seam to core's questions and answers and back; exact both ways.
//
// The other side may be another version or no pxed at all, so FromProto believes nothing: it
// returns INVALID_ARGUMENT naming the field as the contract spells it
// ("dhcp_questions[2].client_address: ..."), and what it returns is well-formed. ToProto cannot
// fail; it overwrites a message and keeps its memory, so reuse one.
#pragma once

#include <cstddef>

#include "absl/status/statusor.h"
#include "core/questions.h"
#include "pxe/v1/dataplane.pb.h"

namespace pxe::api {

// Questions and events, or answers, of one message. Both sides keep to it, and refuse more.
inline constexpr size_t kMaxPerMessage = 1024;

void ToProto(const core::QuestionBatch& questions, v1::ResolveRequest* out);
void ToProto(const core::AnswerBatch& answers, v1::ResolveResponse* out);

absl::StatusOr<core::QuestionBatch> FromProto(const v1::ResolveRequest& message);
absl::StatusOr<core::AnswerBatch> FromProto(const v1::ResolveResponse& message);

}  // namespace pxe::api
