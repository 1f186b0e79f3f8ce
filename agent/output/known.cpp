// SPDX-License-Identifier: Apache-2.0
#include "output/known.h"

#include <arpa/inet.h>

#include <array>

#include "base/text.h"
#include "output/json.h"

namespace vedette::output {
namespace {

constexpr uint64_t kNanosecondsPerMillisecond = 1'000'000;

}  // namespace

void put_text(OrderedJson& object, const std::string& key, std::string_view bytes) {
  if (!bytes.empty()) {
    object[key] = printable_utf8(bytes);
  }
}

void put(OrderedJson& object, const std::string& key, OrderedJson value) {
  if (!value.empty()) {
    object[key] = std::move(value);
  }
}

OrderedJson texts(const std::vector<std::string>& items) {
  OrderedJson result = OrderedJson::array();
  for (const auto& item : items) {
    result.push_back(printable_utf8(item));
  }
  return result;
}

std::string comma_separated(const std::vector<std::string>& items) {
  std::string result;
  for (const auto& item : items) {
    result += (result.empty() ? "" : ",") + item;
  }
  return result;
}

std::string entity_id(const AlertHost& host, const AlertProcess& process) {
  return process.start_time ? host.boot_id + "-" + std::to_string(process.pid) + "-" +
                                  std::to_string(milliseconds(*process.start_time))
                            : "";
}

std::string_view process_name(std::string_view executable) {
  std::string_view name = base_name(executable);
  return name.empty() ? executable : name;
}

std::string message_of(const Alert& alert) {
  return printable_utf8(alert.message.empty() ? message_for(alert) : alert.message);
}

int ip_version(const std::string& address) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  if (::inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) {
    return 4;
  }
  return ::inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1 ? 6 : 0;
}

uint64_t milliseconds(uint64_t nanoseconds) { return nanoseconds / kNanosecondsPerMillisecond; }

std::vector<AlertEvidence> evidence_of(const Alert& alert) {
  if (!alert.events.empty()) {
    return alert.events;
  }
  return {{alert.time, alert.behavior, alert.actor, alert.target, alert.opener, alert.network}};
}

}  // namespace vedette::output
