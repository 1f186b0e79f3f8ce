// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/fd.h"
#include "output/json.h"
#include "output/line_writer.h"
#include "output/sinks.h"
#include "received.h"
#include "samples.h"

namespace vedette::output {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string contents(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// Whether the sample alert was taken.
bool offer(Sink& sink) {
  Alert alert = sample_alert();
  Delivery delivery = sink.write({&alert, 1});
  EXPECT_EQ(delivery.done, delivery.error.empty() ? 1U : 0U);
  return delivery.done == 1;
}

std::string error_of(Sink& sink) {
  Alert alert = sample_alert();
  return sink.write({&alert, 1}).error;
}

class FileSink : public testing::Test {
 protected:
  FileSink() {
    char name[] = "/tmp/vedette-sink-XXXXXX";
    directory_ = ::mkdtemp(name);
    path_ = directory_ / "alerts.jsonl";
  }
  ~FileSink() override { fs::remove_all(directory_); }

  std::unique_ptr<Sink> open() {
    auto sink = file_sink(path_, Format::kNative);
    EXPECT_TRUE(sink) << (sink ? "" : sink.error().message);
    return std::move(*sink);
  }

  fs::path directory_;
  fs::path path_;
  std::string line_ = to_json(sample_alert()) + "\n";
};

TEST_F(FileSink, AppendsLinesToAPrivateFile) {
  auto sink = open();
  EXPECT_TRUE(offer(*sink));
  EXPECT_TRUE(offer(*open()));
  EXPECT_EQ(contents(path_), line_ + line_);
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(FileSink, RefusesWhatItCannotOpen) {
  fs::create_symlink("/etc/passwd", path_);
  EXPECT_THAT(file_sink(path_, Format::kNative).error().message, HasSubstr("symbolic link"));
  EXPECT_THAT(file_sink(directory_, Format::kNative).error().message, HasSubstr("Is a directory"));
  EXPECT_THAT(file_sink(directory_ / "no" / "such", Format::kNative).error().message,
              HasSubstr("No such file or directory"));
}

TEST_F(FileSink, BeginsAfreshBehindATornLine) {
  std::ofstream(path_) << "{\"torn";
  EXPECT_TRUE(offer(*open()));
  EXPECT_EQ(contents(path_), "{\"torn\n" + line_);
}

TEST_F(FileSink, FollowsRotationAndRemoval) {
  auto sink = open();
  EXPECT_TRUE(offer(*sink));
  fs::rename(path_, directory_ / "alerts.1");
  EXPECT_TRUE(offer(*sink));
  EXPECT_EQ(contents(path_), line_);
  EXPECT_EQ(contents(directory_ / "alerts.1"), line_);
  fs::remove(path_);
  EXPECT_TRUE(offer(*sink));
  EXPECT_EQ(contents(path_), line_);
}

TEST_F(FileSink, SaysThatTheDeviceIsFull) {
  auto sink = file_sink("/dev/full", Format::kNative);
  ASSERT_TRUE(sink);
  for (int attempt = 0; attempt < 2; ++attempt) {
    EXPECT_EQ(error_of(**sink), "/dev/full: cannot write: No space left on device");
  }
}

TEST_F(FileSink, WritesBatchesInTheFormAskedFor) {
  auto alerts = numbered_alerts(3);
  auto sink = file_sink(path_, Format::kCef);
  EXPECT_EQ((*sink)->write(alerts).done, 3U);
  std::string expected;
  for (const auto& alert : alerts) {
    expected += format(Format::kCef, alert) + "\n";
  }
  EXPECT_EQ(contents(path_), expected);
}

TEST_F(FileSink, OpensThePathAnewWhenAsked) {
  auto sink = open();
  EXPECT_TRUE(offer(*sink));
  fs::copy_file(path_, directory_ / "kept");
  std::ofstream(path_, std::ios::trunc) << "{\"torn";
  sink->reopen();
  EXPECT_TRUE(offer(*sink));
  EXPECT_EQ(contents(path_), "{\"torn\n" + line_);
}

TEST_F(FileSink, HostileTextStaysOnItsLine) {
  auto alerts = numbered_alerts(2);
  alerts[0].message = alerts[0].actor->command_line = "a\nb\r\x1b[31m\xff\xe2\x80\xa8";
  EXPECT_EQ(open()->write(alerts).done, 2U);
  std::string text = contents(path_);
  EXPECT_EQ(std::ranges::count(text, '\n'), 2);
  EXPECT_EQ(text.find_first_of("\r\x1b"), std::string::npos);
}

class FullDisk : public FileSink {
 protected:
  void SetUp() override {
    if (::mount("vedette-test", directory_.c_str(), "tmpfs", 0, "size=8k") != 0) {
      GTEST_SKIP() << "a file system of its own takes root: " << std::generic_category().message(errno);
    }
  }
  ~FullDisk() override { ::umount2(directory_.c_str(), MNT_DETACH); }
};

TEST_F(FullDisk, TellsHowManyOfABatchAreDone) {
  auto sink = open();
  auto alerts = numbered_alerts(100);
  Delivery delivery = sink->write(alerts);
  EXPECT_THAT(delivery.error, HasSubstr("No space left on device"));
  EXPECT_LT(delivery.done, 100U);
  std::string text = contents(path_);
  EXPECT_EQ(static_cast<size_t>(std::ranges::count(text, '\n')), delivery.done);
  EXPECT_TRUE(text.ends_with("}\n"));
}

TEST_F(FullDisk, LeavesNoTornLineAndGoesOnOnceThereIsRoom) {
  auto filler = directory_ / "filler";
  std::ofstream(filler) << std::string(4096, 'x');
  auto sink = open();
  size_t whole = 0;
  while (offer(*sink)) {
    ASSERT_LT(++whole, 100U);
  }
  EXPECT_GT(whole, 0U);
  EXPECT_EQ(contents(path_).size(), whole * line_.size());
  fs::remove(filler);
  EXPECT_TRUE(offer(*sink));
  EXPECT_EQ(contents(path_).size(), (whole + 1) * line_.size());
  EXPECT_TRUE(contents(path_).ends_with("}\n" + line_));
}

struct Pipe {
  Pipe() {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    read.reset(ends[0]);
    write.reset(ends[1]);
  }
  [[nodiscard]] std::string available() const {
    std::string text(65536, '\0');
    ssize_t n = ::read(read.get(), text.data(), text.size());
    text.resize(n < 0 ? 0 : static_cast<size_t>(n));
    return text;
  }
  Fd read;
  Fd write;
};

TEST(LineWriter, EndsATornLineFirst) {
  Pipe pipe;
  LineWriter writer;
  writer.set_torn(true);
  EXPECT_TRUE(writer.write(pipe.write.get(), "a"));
  EXPECT_TRUE(writer.write(pipe.write.get(), "b"));
  EXPECT_EQ(pipe.available(), "\na\nb\n");
}

TEST(LineWriter, WaitsForANonBlockingReader) {
  Pipe pipe;
  ::fcntl(pipe.write.get(), F_SETFL, O_NONBLOCK);
  std::string line(300'000, 'x');
  size_t received = 0;
  std::thread reader([&] {
    while (received < line.size() + 1) {
      received += pipe.available().size();
    }
  });
  EXPECT_TRUE(LineWriter().write(pipe.write.get(), line));
  reader.join();
  EXPECT_EQ(received, line.size() + 1);
}

// Puts a pipe in the place of stdout.
class Stdout : public testing::Test {
 protected:
  Stdout() : saved_(::dup(STDOUT_FILENO)) {
    std::signal(SIGPIPE, SIG_IGN);
    ::dup2(pipe_.write.get(), STDOUT_FILENO);
  }
  ~Stdout() override { restore(); }
  void restore() { ::dup2(saved_.get(), STDOUT_FILENO); }

  Pipe pipe_;
  Fd saved_;
};

TEST_F(Stdout, WritesTextOrAForm) {
  EXPECT_TRUE(offer(*stdout_text_sink(false)));
  EXPECT_TRUE(offer(*stdout_sink(Format::kNative)));
  EXPECT_TRUE(offer(*stdout_text_sink(true)));
  restore();
  EXPECT_EQ(pipe_.available(), to_text(sample_alert(), false) + "\n" + to_json(sample_alert()) + "\n" +
                                   to_text(sample_alert(), true) + "\n");
}

TEST_F(Stdout, ReaderGoneIsAnError) {
  pipe_.read.reset();
  std::string error = error_of(*stdout_text_sink(false));
  restore();
  EXPECT_EQ(error, "cannot write: Broken pipe");
}

TEST_F(Stdout, ClosedIsAnError) {
  ::close(STDOUT_FILENO);
  std::string error = error_of(*stdout_text_sink(false));
  restore();
  EXPECT_EQ(error, "cannot write: Bad file descriptor");
}

TEST_F(Stdout, AReaderThatHangsIsGivenUpBetweenLines) {
  auto sink = stdout_sink(Format::kNative, std::chrono::milliseconds(100));
  auto alerts = numbered_alerts(100);
  std::string text;
  Delivery delivery;
  size_t done = 0;
  while (delivery.error.empty()) {
    delivery = sink->write(alerts);
    done += delivery.done;
  }
  restore();
  EXPECT_EQ(delivery.error, "the reader does not read");
  while (static_cast<size_t>(std::ranges::count(text, '\n')) < done) {
    text += pipe_.available();
  }
  EXPECT_TRUE(text.ends_with("}\n"));
}

}  // namespace
}  // namespace vedette::output
