// SPDX-License-Identifier: Apache-2.0
#include "commands/recording_schema.h"

#include <cstddef>
#include <cstring>

#include "bpf/events.h"

namespace vedette::commands {
namespace {

constexpr size_t kAccessSize1 = sizeof(access_event) - sizeof(process_id);

static_assert(EVENT_SCHEMA_VERSION == 2, "converted() knows the way to schema 2");

Status add_opener(Buffer& record) {
  if (record.size() != kAccessSize1) {
    return fail("access record of " + std::to_string(record.size()) + " bytes, expected " +
                std::to_string(kAccessSize1) + " in schema 1");
  }
  record.insert(record.begin() + offsetof(access_event, opener), sizeof(process_id), std::byte{0});
  return {};
}

}  // namespace

Result<Buffer> converted(Bytes record, uint32_t schema) {
  event_header header{};
  if (record.size() < sizeof(header)) {
    return fail("record of " + std::to_string(record.size()) + " bytes, expected at least " +
                std::to_string(sizeof(header)));
  }
  std::memcpy(&header, record.data(), sizeof(header));
  if (header.version != schema || header.size != record.size()) {
    return fail("record of schema version " + std::to_string(header.version) + " and " + std::to_string(header.size) +
                " bytes, expected " + std::to_string(schema) + " and " + std::to_string(record.size()));
  }
  Buffer result(record.begin(), record.end());
  if (schema == 1 && header.type == EVENT_ACCESS) {
    if (auto status = add_opener(result); !status) {
      return fail(status.error());
    }
  }
  header.version = EVENT_SCHEMA_VERSION;
  header.size = static_cast<uint32_t>(result.size());
  std::memcpy(result.data(), &header, sizeof(header));
  return result;
}

}  // namespace vedette::commands
