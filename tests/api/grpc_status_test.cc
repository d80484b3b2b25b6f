#include "api/grpc_status.h"

#include <gmock/gmock.h>

#include "base/status.h"

namespace pxe::api {
namespace {

struct Row {
  absl::StatusCode ours;
  grpc::StatusCode theirs;
};

constexpr Row kRows[] = {
    {absl::StatusCode::kOk, grpc::StatusCode::OK},
    {absl::StatusCode::kCancelled, grpc::StatusCode::CANCELLED},
    {absl::StatusCode::kUnknown, grpc::StatusCode::UNKNOWN},
    {absl::StatusCode::kInvalidArgument, grpc::StatusCode::INVALID_ARGUMENT},
    {absl::StatusCode::kDeadlineExceeded, grpc::StatusCode::DEADLINE_EXCEEDED},
    {absl::StatusCode::kNotFound, grpc::StatusCode::NOT_FOUND},
    {absl::StatusCode::kAlreadyExists, grpc::StatusCode::ALREADY_EXISTS},
    {absl::StatusCode::kPermissionDenied, grpc::StatusCode::PERMISSION_DENIED},
    {absl::StatusCode::kResourceExhausted, grpc::StatusCode::RESOURCE_EXHAUSTED},
    {absl::StatusCode::kFailedPrecondition, grpc::StatusCode::FAILED_PRECONDITION},
    {absl::StatusCode::kAborted, grpc::StatusCode::ABORTED},
    {absl::StatusCode::kOutOfRange, grpc::StatusCode::OUT_OF_RANGE},
    {absl::StatusCode::kUnimplemented, grpc::StatusCode::UNIMPLEMENTED},
    {absl::StatusCode::kInternal, grpc::StatusCode::INTERNAL},
    {absl::StatusCode::kUnavailable, grpc::StatusCode::UNAVAILABLE},
    {absl::StatusCode::kDataLoss, grpc::StatusCode::DATA_LOSS},
    {absl::StatusCode::kUnauthenticated, grpc::StatusCode::UNAUTHENTICATED},
};

TEST(GrpcStatusTest, EveryCodeHasItsTwin) {
  EXPECT_EQ(std::size(kRows), 17u);
  for (const Row& row : kRows) {
    const absl::Status ours(row.ours, "why");
    EXPECT_EQ(ToGrpc(ours).error_code(), row.theirs);
    EXPECT_EQ(FromGrpc({row.theirs, "why"}).code(), row.ours);
    if (ours.ok()) continue;
    EXPECT_EQ(ToGrpc(ours).error_message(), "why");
    EXPECT_EQ(MessageOf(FromGrpc({row.theirs, "why"})), "why");
  }
}

}  // namespace
}  // namespace pxe::api
