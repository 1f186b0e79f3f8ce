// SPDX-License-Identifier: Apache-2.0
// What is known of an alert, for formats that leave out what is not.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/alert.h"

namespace vedette::output {

using OrderedJson = nlohmann::ordered_json;

// Nothing is set for "" (bytes that are not UTF-8 become "\xNN"), none, null, {} and [].
void put_text(OrderedJson& object, const std::string& key, std::string_view bytes);
void put(OrderedJson& object, const std::string& key, OrderedJson value);
template <typename T>
void put_number(OrderedJson& object, const std::string& key, const std::optional<T>& number) {
  if (number) {
    object[key] = *number;
  }
}

OrderedJson texts(const std::vector<std::string>& items);

std::string comma_separated(const std::vector<std::string>& items);

// The same for a process in every alert, also of another run of the monitor, and of no other process: boot id, pid, and
// start time in milliseconds. "" when its start is not known.
std::string entity_id(const AlertHost& host, const AlertProcess& process);

// The file name of an executable.
std::string_view process_name(std::string_view executable);

std::string message_of(const Alert& alert);

// 4 or 6; 0: no IP address.
int ip_version(const std::string& address);

uint64_t milliseconds(uint64_t nanoseconds);

// The events behind an alert: those of a correlation, or the one it tells.
std::vector<AlertEvidence> evidence_of(const Alert& alert);

}  // namespace vedette::output
