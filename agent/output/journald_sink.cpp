// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include <cstring>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/text.h"
#include "output/json.h"
#include "output/sinks.h"
#include "output/syslog_message.h"

namespace vedette::output {
namespace {

constexpr size_t kBatch = 100;
constexpr std::string_view kSocket = "/run/systemd/journal/socket";
constexpr std::string_view kMessageId = "49e324455d3a4eb8b871e02e55b01667";

// sd_journal_sendv(3) says nothing when there is no journal, and waits for one that hangs for ever. A socket connected
// to it shows both: unix_dgram_poll() is not writable while the receiver's queue is full.
Status await_journal(std::chrono::milliseconds timeout) {
  Fd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  kSocket.copy(address.sun_path, sizeof address.sun_path - 1);
  if (!fd || ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return fail_errno("cannot reach the journal at " + std::string(kSocket));
  }
  pollfd writable{fd.get(), POLLOUT, 0};
  return ::poll(&writable, 1, static_cast<int>(timeout.count())) > 0
             ? Status()
             : fail("the journal at " + std::string(kSocket) + " takes nothing");
}

class Fields {
 public:
  // Fields without a value are left out.
  void add(std::string_view name, std::string_view value) {
    if (!value.empty()) {
      fields_.push_back(std::string(name) + "=" + printable_utf8(value));
    }
  }

  void add(std::string_view prefix, const std::optional<AlertProcess>& process) {
    if (!process) {
      return;
    }
    std::string name(prefix);
    add(name + "_PID", std::to_string(process->pid));
    add(name + "_EXE", process->executable);
    add(name + "_CMDLINE", process->command_line);
    add(name + "_UID", process->uid ? std::to_string(*process->uid) : "");
  }

  Status send() {
    std::vector<iovec> parts;
    parts.reserve(fields_.size());
    for (std::string& field : fields_) {
      parts.push_back({field.data(), field.size()});
    }
    int error = -::sd_journal_sendv(parts.data(), static_cast<int>(parts.size()));
    return error <= 0 ? Status() : fail_errno("cannot write to the journal", error);
  }

 private:
  std::vector<std::string> fields_;
};

Fields fields_of(const Alert& alert, Format format) {
  Fields fields;
  fields.add("MESSAGE", alert.message.empty() ? message_for(alert) : alert.message);
  fields.add("MESSAGE_ID", kMessageId);
  fields.add("PRIORITY", std::to_string(syslog_severity(alert.rule.level)));
  fields.add("SYSLOG_IDENTIFIER", "vedette");
  fields.add("VEDETTE_ALERT_ID", alert.id);
  fields.add("VEDETTE_RULE", alert.rule.title);
  fields.add("VEDETTE_RULE_ID", alert.rule.id);
  fields.add("VEDETTE_LEVEL", name(alert.rule.level));
  fields.add("VEDETTE_BEHAVIOR", name(alert.behavior));
  fields.add("VEDETTE_OUTCOME", name(alert.outcome));
  fields.add("VEDETTE_COUNT", std::to_string(alert.count));
  if (alert.server) {
    fields.add("VEDETTE_SERVER", alert.server->name);
    fields.add("VEDETTE_CLIENT", alert.server->client);
  }
  fields.add("VEDETTE_ACTOR", alert.actor);
  fields.add("VEDETTE_TARGET", alert.target);
  fields.add("VEDETTE_ALERT", output::format(format, alert));
  return fields;
}

class JournaldSink final : public Sink {
 public:
  JournaldSink(Format format, std::chrono::milliseconds timeout) : format_(format), timeout_(timeout) {}

  Delivery write(std::span<const Alert> alerts) override {
    Delivery delivery;
    for (const Alert& alert : alerts) {
      if (auto status = send(alert); !status) {
        delivery.error = status.error().message;
        break;
      }
      ++delivery.done;
    }
    return delivery;
  }

  [[nodiscard]] size_t batch() const override { return kBatch; }

 private:
  Status send(const Alert& alert) {
    auto there = await_journal(timeout_);
    return there ? fields_of(alert, format_).send() : there;
  }

  Format format_;
  std::chrono::milliseconds timeout_;
};

}  // namespace

std::unique_ptr<Sink> journald_sink(Format format, std::chrono::milliseconds timeout) {
  return std::make_unique<JournaldSink>(format, timeout);
}

}  // namespace vedette::output
