// SPDX-License-Identifier: Apache-2.0
// Bytes → decode(), and the same bytes as a stream of records through a pipeline without rules.
#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "bpf/events.h"
#include "event/decode.h"
#include "event/encode.h"
#include "pipeline/pipeline.h"

namespace {

using namespace vedette;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

// Redacting and " (deleted)" may make strings longer than the contract's room.
bool has_room(const ExecEvent& event) {
  size_t args = 0;
  for (const auto& arg : event.args) {
    args += arg.size() + 1;
  }
  return args <= ARGS_MAX && event.executable.size() <= EXE_MAX && event.cwd.size() <= CWD_MAX;
}

void check_exec(const ExecEvent& event) {
  auto again = decode(encode(event));
  require(again.has_value());
  const auto& back = std::get<ExecEvent>(*again);
  require(back.process == event.process && back.parent == event.parent && back.exec_id == event.exec_id);
  if (has_room(event)) {
    require(back.args == event.args);
    require(back.executable == event.executable && back.cwd == event.cwd && back.cgroup == event.cgroup);
  }
}

Pipeline new_pipeline() {
  static const auto kRules = rules::compile({}).rules;
  static const auto kSignatures = std::make_shared<const servers::Signatures>();
  return {kRules, kSignatures, nullptr, {}};
}

// What the kernel always gets right, so that the rest is reached.
void mend_header(Buffer& record) {
  if (record.size() < sizeof(event_header)) {
    return;
  }
  auto* header = reinterpret_cast<event_header*>(record.data());
  header->version = EVENT_SCHEMA_VERSION;
  header->size = static_cast<uint32_t>(record.size());
}

void feed(Pipeline& pipeline, Buffer record) {
  mend_header(record);
  auto event = decode(record);
  if (!event) {
    return;
  }
  if (const auto* exec = std::get_if<ExecEvent>(&*event)) {
    check_exec(*exec);
  }
  pipeline.handle(*event);
  pipeline.advance(time_of_record(record));
}

// Each record after its length, two bytes; the last may be cut.
void feed_all(Bytes stream) {
  Pipeline pipeline = new_pipeline();
  uint16_t size = 0;
  while (stream.size() > sizeof(size)) {
    std::memcpy(&size, stream.data(), sizeof(size));
    stream = stream.subspan(sizeof(size));
    auto record = stream.first(std::min<size_t>(size, stream.size()));
    stream = stream.subspan(record.size());
    feed(pipeline, Buffer(record.begin(), record.end()));
  }
  pipeline.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Bytes bytes(reinterpret_cast<const std::byte*>(data), size);
  if (auto event = decode(bytes)) {
    if (const auto* exec = std::get_if<ExecEvent>(&*event)) {
      check_exec(*exec);
    }
  }
  feed_all(bytes);
  return 0;
}
