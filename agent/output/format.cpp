// SPDX-License-Identifier: Apache-2.0
#include "output/format.h"

#include <algorithm>
#include <array>

#include "output/cef.h"
#include "output/ecs.h"
#include "output/falco.h"
#include "output/json.h"
#include "output/ocsf.h"

namespace vedette::output {
namespace {

struct Writer {
  Format format;
  std::string_view name;
  std::string (*write)(const Alert& alert);
};

constexpr std::array kWriters = {
    Writer{Format::kNative, "native", to_json}, Writer{Format::kOcsf, "ocsf", to_ocsf},
    Writer{Format::kEcs, "ecs", to_ecs},        Writer{Format::kFalco, "falco", to_falco},
    Writer{Format::kCef, "cef", to_cef},
};

const Writer& writer_of(Format format) { return *std::ranges::find(kWriters, format, &Writer::format); }

}  // namespace

std::string_view name(Format format) { return writer_of(format).name; }

std::optional<Format> format_by_name(std::string_view name) {
  const auto* found = std::ranges::find(kWriters, name, &Writer::name);
  return found == kWriters.end() ? std::nullopt : std::optional(found->format);
}

std::string format(Format format, const Alert& alert) { return writer_of(format).write(alert); }

}  // namespace vedette::output
