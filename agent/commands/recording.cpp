// SPDX-License-Identifier: Apache-2.0
#include "commands/recording.h"

#include <zlib.h>

#include <cstring>
#include <span>
#include <vector>

#include "bpf/events.h"
#include "commands/recording_schema.h"

namespace vedette::commands {
namespace {

constexpr char kMagic[] = {'V', 'E', 'D', 'E', 'T', 'T', 'E', '\n'};
constexpr uint32_t kFormat = 1;
constexpr uint32_t kFrameLimit = 16U << 20U;
constexpr uint32_t kEnd = 0xffffffff;

struct FileHeader {
  char magic[8];
  uint32_t schema;
  uint32_t format;
};

struct FrameHeader {
  uint32_t size;
  uint32_t checksum;
};

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

uint32_t checksum(Bytes bytes) {
  return static_cast<uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

template <typename T>
Bytes bytes_of(const T& value) {
  return std::as_bytes(std::span(&value, 1));
}

bool put(std::FILE* file, Bytes bytes) {
  return bytes.empty() || std::fwrite(bytes.data(), bytes.size(), 1, file) == 1;
}

template <typename T>
bool get(std::FILE* file, T& value) {
  return std::fread(&value, sizeof(value), 1, file) == 1;
}

std::string to_text(uint64_t number) { return std::to_string(number); }

class Reader {
 public:
  Reader(std::FILE* file, const std::string& name) : file_(file), name_(name) {}

  Status header() {
    if (!get(file_, header_) || std::memcmp(header_.magic, kMagic, sizeof(kMagic)) != 0) {
      return fail(name_ + ": offset 0: this is no Vedette recording");
    }
    if (header_.format > kFormat) {
      return fail(name_ + ": offset 12: recorded in format " + to_text(header_.format) + ", this program reads 0 to " +
                  to_text(kFormat) + "; use a newer Vedette");
    }
    if (header_.format > 0 && !header_is_whole()) {
      return fail(name_ + ": offset 16: the checksum of the header is wrong; the file is damaged");
    }
    if (header_.schema < kOldestSchema || header_.schema > EVENT_SCHEMA_VERSION) {
      return fail(name_ + ": offset 8: recorded with schema version " + to_text(header_.schema) +
                  ", this program reads " + to_text(kOldestSchema) + " to " + to_text(EVENT_SCHEMA_VERSION) +
                  (header_.schema < kOldestSchema ? "" : "; use a newer Vedette"));
    }
    return {};
  }

  // True: there was a record. False: the recording is over.
  Result<bool> next() {
    begin_ = std::ftell(file_);
    FrameHeader frame{};
    size_t got = std::fread(&frame, 1, sizeof(frame), file_);
    if (got == 0 && header_.format == 0) {
      return false;
    }
    if (got == 0) {
      return wrong("truncated: the recording has no end");
    }
    if (got != sizeof(frame)) {
      return wrong("truncated: the recording ends in the middle of a record");
    }
    return frame.size == kEnd && header_.format > 0 ? end(frame) : record(frame);
  }

  // The record read last, in the schema of this program.
  Result<Bytes> current() {
    if (header_.schema == EVENT_SCHEMA_VERSION) {
      return bytes_;
    }
    auto record = converted(bytes_, header_.schema);
    if (!record) {
      return fail(record.error());
    }
    bytes_ = std::move(*record);
    return bytes_;
  }

  [[nodiscard]] std::unexpected<Error> wrong(const std::string& what) const {
    return fail(name_ + ": offset " + to_text(static_cast<uint64_t>(begin_)) + ": " + what + "; " + to_text(read_) +
                " records before it were read");
  }
  void count() { ++read_; }

 private:
  bool header_is_whole() {
    uint32_t sum = 0;
    return get(file_, sum) && sum == checksum(bytes_of(header_));
  }

  Result<bool> record(const FrameHeader& frame) {
    if (frame.size > kFrameLimit) {
      return wrong("a record of " + to_text(frame.size) + " bytes cannot be: the file is damaged");
    }
    bytes_.resize(frame.size);
    if (!bytes_.empty() && std::fread(bytes_.data(), bytes_.size(), 1, file_) != 1) {
      return wrong("truncated: the recording ends in the middle of a record");
    }
    if (checksum(bytes_) != frame.checksum) {
      return wrong("the checksum of this record is wrong: the file is damaged");
    }
    return true;
  }

  Result<bool> end(const FrameHeader& frame) {
    uint64_t count = 0;
    if (!get(file_, count)) {
      return wrong("truncated: the recording ends in the middle of its end");
    }
    if (checksum(bytes_of(count)) != frame.checksum) {
      return wrong("the checksum of the end is wrong: the file is damaged");
    }
    if (count != read_) {
      return wrong("the end tells of " + to_text(count) + " records: the file is damaged");
    }
    if (std::fgetc(file_) != EOF) {
      return wrong("there is more after the end: the file is damaged");
    }
    return false;
  }

  std::FILE* file_;
  std::string name_;
  FileHeader header_{};
  Buffer bytes_;
  long begin_ = 0;  // of the frame read last
  uint64_t read_ = 0;
};

}  // namespace

Result<RecordingWriter> RecordingWriter::create(const std::string& file) {
  std::FILE* handle = std::fopen(file.c_str(), "wxe");
  if (handle == nullptr) {
    return fail_errno("cannot create " + file);
  }
  RecordingWriter writer(handle);
  FileHeader header{.schema = EVENT_SCHEMA_VERSION, .format = kFormat};
  std::memcpy(header.magic, kMagic, sizeof(kMagic));
  uint32_t sum = checksum(bytes_of(header));
  if (!put(handle, bytes_of(header)) || !put(handle, bytes_of(sum))) {
    return fail_errno("cannot write " + file);
  }
  return writer;
}

Status RecordingWriter::write(Bytes record) {
  FrameHeader header{.size = static_cast<uint32_t>(record.size()), .checksum = checksum(record)};
  if (!put(file_.get(), bytes_of(header)) || !put(file_.get(), record)) {
    return fail_errno("cannot write the recording");
  }
  ++written_;
  return {};
}

Status RecordingWriter::close() {
  FrameHeader end{.size = kEnd, .checksum = checksum(bytes_of(written_))};
  bool written = put(file_.get(), bytes_of(end)) && put(file_.get(), bytes_of(written_));
  if (!written || std::fflush(file_.get()) != 0) {
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
  Reader reader(file.get(), name);
  if (auto status = reader.header(); !status) {
    return status;
  }
  for (;;) {
    auto more = reader.next();
    if (!more) {
      return fail(more.error());
    }
    if (!*more) {
      return {};
    }
    auto record = reader.current();
    Status status = record ? each(*record) : Status(fail(record.error()));
    if (!status) {
      return reader.wrong(status.error().context("cannot be decoded").message);
    }
    reader.count();
  }
}

}  // namespace vedette::commands
