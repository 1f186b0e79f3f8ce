// SPDX-License-Identifier: Apache-2.0
#include "commands/recording.h"

#include <gmock/gmock.h>
#include <zlib.h>

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>

#include "bpf/events.h"
#include "event/encode.h"

namespace vedette::commands {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr size_t kHeaderSize = 20;
constexpr size_t kEndSize = 16;
constexpr size_t kFrameHeaderSize = 8;
constexpr size_t kSchemaOffset = 8;

fs::path new_directory() {
  std::string pattern = (fs::temp_directory_path() / "vedette-recording-XXXXXX").string();
  return ::mkdtemp(pattern.data());
}

// Little-endian.
std::string number(uint64_t value, size_t bytes) { return {reinterpret_cast<const char*>(&value), bytes}; }

std::string sum_of(const std::string& text) {
  return number(crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())), 4);
}

template <typename T>
Buffer bytes(const T& wire) {
  auto span = std::as_bytes(std::span(&wire, 1));
  return {span.begin(), span.end()};
}

Buffer old(Buffer record) {
  uint16_t version = 1;
  std::memcpy(record.data() + offsetof(event_header, version), &version, sizeof(version));
  return record;
}

struct Reading {
  std::vector<Buffer> records;
  std::string error;  // "" when it was read to its end
};

class RecordingTest : public testing::Test {
 protected:
  ~RecordingTest() override { fs::remove_all(directory_); }

  void write_all(const std::vector<Buffer>& records) const {
    auto writer = RecordingWriter::create(file_);
    ASSERT_TRUE(writer) << writer.error().message;
    for (const Buffer& record : records) {
      ASSERT_TRUE(writer->write(record));
    }
    ASSERT_TRUE(writer->close());
  }
  [[nodiscard]] Reading read_all() const {
    Reading reading;
    auto status = read_recording(file_, [&](Bytes record) -> Status {
      reading.records.emplace_back(record.begin(), record.end());
      return {};
    });
    reading.error = status ? "" : status.error().message;
    return reading;
  }
  [[nodiscard]] std::string content() const {
    std::ifstream in(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void set_content(const std::string& bytes) const {
    std::ofstream(file_, std::ios::binary | std::ios::trunc) << bytes;
  }

  void set_header(uint32_t schema, uint32_t format) const {
    std::string header = content().substr(0, kSchemaOffset) + number(schema, 4) + number(format, 4);
    set_content(header + sum_of(header) + content().substr(kHeaderSize));
  }
  // The file as the first format had it.
  [[nodiscard]] std::string format_zero(uint32_t schema) const {
    std::string whole = content();
    return whole.substr(0, kSchemaOffset) + number(schema, 4) + number(0, 4) +
           whole.substr(kHeaderSize, whole.size() - kHeaderSize - kEndSize);
  }

  fs::path directory_ = new_directory();
  std::string file_ = (directory_ / "recording").string();
  std::vector<Buffer> records_ = {
      encode(ContextEvent{.time_ns = 1, .json = "{}"}),
      encode(ExecEvent{.time_ns = 2, .process = {7, 1}, .args = {"node"}, .executable = "/usr/bin/node"}),
      encode_loss(3, LOSS_READ_FAULT, 4)};
};

// Where the frame that holds the byte at `offset` begins.
size_t frame_of(const std::vector<Buffer>& records, size_t offset) {
  size_t begin = kHeaderSize;
  for (const Buffer& record : records) {
    size_t end = begin + kFrameHeaderSize + record.size();
    if (offset < end) {
      return begin;
    }
    begin = end;
  }
  return begin;
}

TEST_F(RecordingTest, ComesBackAsItWasWritten) {
  write_all(records_);
  Reading reading = read_all();
  EXPECT_EQ(reading.error, "");
  EXPECT_EQ(reading.records, records_);
}

TEST_F(RecordingTest, MayHoldNothing) {
  write_all({});
  EXPECT_EQ(content().size(), kHeaderSize + kEndSize);
  EXPECT_EQ(read_all().error, "");
  EXPECT_TRUE(read_all().records.empty());
}

TEST_F(RecordingTest, MayHoldALargeRecord) {
  std::vector<Buffer> records = {Buffer(1 << 20, std::byte{0x5a}), Buffer(1)};
  write_all(records);
  EXPECT_EQ(read_all().records, records);
}

TEST_F(RecordingTest, MayHoldAnEmptyRecord) {
  std::vector<Buffer> records = {Buffer(), Buffer(1), Buffer()};
  write_all(records);
  EXPECT_EQ(read_all().records, records);
}

TEST_F(RecordingTest, HasTheFormatThatIsWrittenDown) {
  Buffer record = {std::byte{'1'}, std::byte{'2'}, std::byte{'3'}, std::byte{'4'}, std::byte{'5'},
                   std::byte{'6'}, std::byte{'7'}, std::byte{'8'}, std::byte{'9'}};
  write_all({record});
  constexpr const char* kCheckSum = "\x26\x39\xf4\xcb";  // of "123456789" by CRC-32/ISO-HDLC
  std::string header = "VEDETTE\n" + std::string("\2\0\0\0\1\0\0\0", 8);
  std::string end = std::string("\xff\xff\xff\xff", 4) + sum_of(number(1, 8)) + number(1, 8);
  std::string expected = header + sum_of(header) + std::string("\x09\0\0\0", 4) + kCheckSum + "123456789" + end;
  EXPECT_EQ(content(), expected);
}

TEST_F(RecordingTest, CutAnywhereSaysWhere) {
  write_all(records_);
  std::string whole = content();
  for (size_t size = 0; size < whole.size(); ++size) {
    set_content(whole.substr(0, size));
    size_t frame = size < kHeaderSize ? 0 : frame_of(records_, size);
    Reading reading = read_all();
    std::string place = size >= 16 && size < kHeaderSize ? "offset 16:" : "offset " + std::to_string(frame) + ":";
    EXPECT_THAT(reading.error, HasSubstr(place)) << size << " bytes";
    EXPECT_THAT(reading.error, HasSubstr(file_));
    EXPECT_EQ(reading.error.find("truncated") != std::string::npos, size >= kHeaderSize) << reading.error;
    EXPECT_TRUE(std::equal(reading.records.begin(), reading.records.end(), records_.begin())) << size << " bytes";
  }
}

TEST_F(RecordingTest, NoFlippedBitIsTakenForARecord) {
  write_all(records_);
  std::string whole = content();
  for (size_t at = 0; at < whole.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
      set_content(damaged);
      Reading reading = read_all();
      ASSERT_NE(reading.error.find("offset "), std::string::npos)
          << "byte " << at << ", bit " << bit << ": " << reading.error;
      ASSERT_LE(reading.records.size(), records_.size());
      ASSERT_TRUE(std::equal(reading.records.begin(), reading.records.end(), records_.begin())) << "byte " << at;
    }
  }
}

TEST_F(RecordingTest, DamageSaysWhere) {
  write_all(records_);
  std::string damaged = content();
  char& last_byte = damaged[damaged.size() - kEndSize - 1];
  last_byte = static_cast<char>(last_byte ^ 1);
  set_content(damaged);
  size_t last = damaged.size() - kEndSize - records_.back().size() - kFrameHeaderSize;
  EXPECT_THAT(read_all().error, HasSubstr("offset " + std::to_string(last) + ": the checksum"));
  EXPECT_EQ(read_all().records.size(), 2U);
}

TEST_F(RecordingTest, ARecordThatCannotBeIsNotReadAtAll) {
  write_all({});
  set_content(content().substr(0, kHeaderSize) + std::string("\xfe\xff\xff\xff\0\0\0\0", 8));
  EXPECT_THAT(read_all().error, HasSubstr("offset 20: a record of 4294967294 bytes"));
}

TEST_F(RecordingTest, IsNeverOverwritten) {
  write_all(records_);
  std::string before = content();
  auto second = RecordingWriter::create(file_);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr(file_));
  EXPECT_EQ(content(), before);
}

TEST_F(RecordingTest, CannotBeMadeNowhere) {
  auto writer = RecordingWriter::create((directory_ / "missing" / "recording").string());
  ASSERT_FALSE(writer);
  EXPECT_THAT(writer.error().message, HasSubstr("No such file"));
}

TEST_F(RecordingTest, TheEndCountsTheRecords) {
  write_all(records_);
  std::string whole = content();
  std::string end = whole.substr(whole.size() - kEndSize);
  size_t last = kFrameHeaderSize + records_.back().size();
  set_content(whole.substr(0, whole.size() - kEndSize - last) + end);
  EXPECT_THAT(read_all().error, HasSubstr(": the end tells of 3 records: the file is damaged; 2 records before it"));
  set_content(whole + "x");
  EXPECT_THAT(read_all().error, HasSubstr("there is more after the end"));
  EXPECT_EQ(read_all().records, records_) << "read as far as it is good";
}

TEST_F(RecordingTest, OfANewerVedetteIsRefused) {
  write_all(records_);
  set_header(EVENT_SCHEMA_VERSION + 1, 1);
  EXPECT_THAT(read_all().error, HasSubstr("offset 8: recorded with schema version 3, this program reads 1 to 2; use"));
  EXPECT_TRUE(read_all().records.empty());
  set_header(EVENT_SCHEMA_VERSION, 2);
  EXPECT_THAT(read_all().error, HasSubstr("offset 12: recorded in format 2, this program reads 0 to 1; use a newer"));
  set_header(0, 1);
  EXPECT_THAT(read_all().error, HasSubstr("offset 8: recorded with schema version 0, this program reads 1 to 2"));
}

TEST_F(RecordingTest, OfFormatZeroHasNoEnd) {
  write_all(records_);
  set_content(format_zero(EVENT_SCHEMA_VERSION));
  EXPECT_EQ(read_all().error, "");
  EXPECT_EQ(read_all().records, records_);
}

TEST_F(RecordingTest, OfSchemaOneIsConverted) {
  access_event access{};
  access.header = {.type = EVENT_ACCESS, .version = 1, .size = sizeof(access) - 16, .time_ns = 7};
  access.target = {.tgid = 5, .start_ns = 6};
  access.opener = {.tgid = 9};
  access.behavior = BEHAVIOR_ENVIRON_READ;
  access.path_size = 1;
  access.path[0] = 'p';
  records_ = {old(encode(ContextEvent{.time_ns = 1, .json = "{}"})), bytes(access)};
  records_[1].erase(records_[1].begin() + offsetof(access_event, opener),
                    records_[1].begin() + offsetof(access_event, behavior));
  write_all(records_);
  set_content(format_zero(1));
  Reading reading = read_all();
  EXPECT_EQ(reading.error, "");
  access.header.version = 2;
  access.header.size = sizeof(access);
  access.opener = {};
  EXPECT_EQ(reading.records, (std::vector<Buffer>{encode(ContextEvent{.time_ns = 1, .json = "{}"}), bytes(access)}));
}

TEST_F(RecordingTest, OfSchemaOneWithRecordsThatAreNotIsAnError) {
  access_event access{};
  access.header = {.type = EVENT_ACCESS, .version = 1, .size = sizeof(access)};
  for (const Buffer& odd : {Buffer(3), encode_loss(3, LOSS_READ_FAULT, 4), bytes(access)}) {
    fs::remove(file_);
    write_all({odd});
    set_content(format_zero(1));
    EXPECT_THAT(read_all().error, HasSubstr("offset 16: cannot be decoded: ")) << odd.size();
    EXPECT_TRUE(read_all().records.empty());
  }
}

TEST_F(RecordingTest, OtherFilesAreRefused) {
  for (const std::string& text : {std::string(), std::string("VEDETTE"), std::string(1000, 'x'),
                                  std::string("{\"id\": 1}\n"), "vedette\n" + std::string(100, '\0')}) {
    set_content(text);
    EXPECT_THAT(read_all().error, HasSubstr("offset 0: this is no Vedette recording")) << text;
  }
}

TEST_F(RecordingTest, ThatIsNotThereIsAnError) {
  EXPECT_THAT(read_all().error, HasSubstr(file_));
  fs::create_directory(file_);
  EXPECT_NE(read_all().error, "");
}

TEST_F(RecordingTest, AnErrorOfTheReaderEndsItAndSaysWhere) {
  write_all(records_);
  int seen = 0;
  auto status =
      read_recording(file_, [&](Bytes) -> Status { return ++seen == 2 ? Status(fail("refused")) : Status(); });
  ASSERT_FALSE(status);
  EXPECT_EQ(seen, 2);
  size_t second = kHeaderSize + kFrameHeaderSize + records_[0].size();
  EXPECT_THAT(status.error().message, HasSubstr("offset " + std::to_string(second) + ": "));
  EXPECT_THAT(status.error().message, HasSubstr("refused"));
}

TEST_F(RecordingTest, WithoutCloseIsTruncatedButGood) {
  {
    auto writer = RecordingWriter::create(file_);
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->write(records_[0]));
  }
  EXPECT_EQ(read_all().records, std::vector<Buffer>{records_[0]});
  EXPECT_THAT(read_all().error, HasSubstr("truncated: the recording has no end; 1 records before it were read"));
}

}  // namespace
}  // namespace vedette::commands
