// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "output/dispatcher.h"
#include "output/json.h"
#include "output/line_writer.h"

namespace vedette::output {
namespace {

class StdoutSink final : public Sink {
 public:
  explicit StdoutSink(StdoutFormat format) : format_(format) {}

  [[nodiscard]] std::string name() const override { return "stdout"; }

  Status write(const Alert& alert) override {
    bool json = format_ == StdoutFormat::kJson;
    return writer_.write(STDOUT_FILENO, json ? to_json(alert) : to_text(alert, format_ == StdoutFormat::kColorText));
  }

  Status flush() override { return {}; }

 private:
  StdoutFormat format_;
  LineWriter writer_;
};

}  // namespace

std::unique_ptr<Sink> stdout_sink(StdoutFormat format) { return std::make_unique<StdoutSink>(format); }

}  // namespace vedette::output
