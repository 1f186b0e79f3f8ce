// SPDX-License-Identifier: Apache-2.0
#include "commands/recording.h"

#include <zlib.h>

#include <cstring>
#include <vector>

#include "bpf/events.h"

namespace vedette::commands {
namespace {

constexpr char kMagic[] = {'V', 'E', 'D', 'E', 'T', 'T', 'E', '\n'};
constexpr uint32_t kFrameLimit = 16U << 20U;

struct FileHeader {
  char magic[8];
  uint32_t schema;
  uint32_t zero;
};

struct FrameHeader {
  uint32_t size;
  uint32_t checksum;
};

uint32_t checksum(Bytes bytes) {
  return static_cast<uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

Status check_header(std::FILE* file, const std::string& name) {
  FileHeader header{};
  if (std::fread(&header, sizeof(header), 1, file) != 1 || std::memcmp(header.magic, kMagic, sizeof(kMagic)) != 0) {
    return fail(name + ": offset 0: this is no Vedette recording");
  }
  if (header.schema != EVENT_SCHEMA_VERSION) {
    return fail(name + ": offset 8: recorded with schema version " + std::to_string(header.schema) +
                ", this program reads " + std::to_string(EVENT_SCHEMA_VERSION));
  }
  return {};
}

}  // namespace

Result<RecordingWriter> RecordingWriter::create(const std::string& file) {
  std::FILE* handle = std::fopen(file.c_str(), "wxe");
  if (handle == nullptr) {
    return fail_errno("cannot create " + file);
  }
  RecordingWriter writer(handle);
  FileHeader header{.schema = EVENT_SCHEMA_VERSION};
  std::memcpy(header.magic, kMagic, sizeof(kMagic));
  if (std::fwrite(&header, sizeof(header), 1, handle) != 1) {
    return fail_errno("cannot write " + file);
  }
  return writer;
}

Status RecordingWriter::write(Bytes record) {
  FrameHeader header{.size = static_cast<uint32_t>(record.size()), .checksum = checksum(record)};
  bool written = std::fwrite(&header, sizeof(header), 1, file_.get()) == 1 &&
                 (record.empty() || std::fwrite(record.data(), record.size(), 1, file_.get()) == 1);
  if (!written) {
    return fail_errno("cannot write the recording");
  }
  return {};
}

Status RecordingWriter::close() {
  if (std::fflush(file_.get()) != 0) {
    return fail_errno("cannot write the recording");
  }
  file_.reset();
  return {};
}

Status read_recording(const std::string& name, const std::function<Status(Bytes record)>& each) {
  File file(std::fopen(name.c_str(), "re"), &std::fclose);
  if (!file) {
    return fail_errno("cannot open " + name);
  }
  if (auto status = check_header(file.get(), name); !status) {
    return status;
  }
  std::vector<std::byte> bytes;
  for (;;) {
    std::string where = name + ": offset " + std::to_string(std::ftell(file.get())) + ": ";
    FrameHeader header{};
    size_t got = std::fread(&header, 1, sizeof(header), file.get());
    if (got == 0) {
      return {};
    }
    if (got != sizeof(header)) {
      return fail(where + "the recording ends in the middle of a record");
    }
    if (header.size > kFrameLimit) {
      return fail(where + "a record of " + std::to_string(header.size) + " bytes cannot be; the file is damaged");
    }
    bytes.resize(header.size);
    if (!bytes.empty() && std::fread(bytes.data(), bytes.size(), 1, file.get()) != 1) {
      return fail(where + "the recording ends in the middle of a record");
    }
    if (checksum(bytes) != header.checksum) {
      return fail(where + "the checksum of this record is wrong; the file is damaged");
    }
    if (auto status = each(bytes); !status) {
      return fail(status.error().context(where + "cannot be decoded"));
    }
  }
}

}  // namespace vedette::commands
