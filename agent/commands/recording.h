// SPDX-License-Identifier: Apache-2.0
// A recording: the records of the wire contract one after the other, each with its size and checksum.
//   file   = "VEDETTE\n" u32:schema u32:zero, then frames
//   frame  = u32:size u32:crc32 bytes
// Integers in the byte order of the machine that wrote it, which is little-endian.
#pragma once

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
  Status close();

 private:
  explicit RecordingWriter(std::FILE* file) : file_(file, &std::fclose) {}
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

// Calls `each` for every record in turn. The error names the offset of what is wrong with the file.
Status read_recording(const std::string& file, const std::function<Status(Bytes record)>& each);

}  // namespace vedette::commands
