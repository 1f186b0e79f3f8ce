// SPDX-License-Identifier: Apache-2.0
// A recording: the records of the wire contract one after the other, each with its size and checksum, and an end.
//   file   = "VEDETTE\n" u32:schema u32:format u32:checksum of these 16 bytes, frames, end
//   frame  = u32:size u32:checksum bytes
//   end    = u32:0xffffffff u32:checksum u64:number of frames
// `schema` is that of the events, `format` is 1. Format 0 has neither the checksum of the header nor an end. Checksums
// are CRC-32/ISO-HDLC; integers are in the byte order of the machine that wrote it, which is little-endian.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "event/decode.h"

namespace vedette::commands {

class RecordingWriter {
 public:
  // A file of that name is an error: a recording is never overwritten.
  static Result<RecordingWriter> create(const std::string& file);
  Status write(Bytes record);
  // Writes the end. A recording that was not closed reads as truncated.
  Status close();

 private:
  explicit RecordingWriter(std::FILE* file) : file_(file, &std::fclose) {}
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  uint64_t written_ = 0;
};

// Calls `each` for every record in turn, converted to the schema of this program. The error names the offset of what is
// wrong with the file; what came before it has been read.
Status read_recording(const std::string& file, const std::function<Status(Bytes record)>& each);

}  // namespace vedette::commands
