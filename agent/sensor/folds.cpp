// SPDX-License-Identifier: Apache-2.0
#include "sensor/folds.h"

#include <bpf/bpf.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "bpf/events.h"

namespace vedette::sensor {
namespace {

constexpr uint64_t kIdleNs = 5'000'000'000;

template <typename T>
void fill_common(T& event, uint16_t type, const process_id& actor, const fold_value& value, uint64_t count) {
  event.header.type = type;
  event.header.version = EVENT_SCHEMA_VERSION;
  event.header.size = sizeof(event);
  event.header.time_ns = value.last_ns;
  event.header.process = actor;
  event.first_ns = value.first_ns != 0 ? value.first_ns : value.last_ns;
  event.count = static_cast<uint32_t>(std::min<uint64_t>(count, std::numeric_limits<uint32_t>::max()));
}

template <typename T>
Buffer bytes_of(const T& event) {
  Buffer buffer(sizeof(event));
  std::memcpy(buffer.data(), &event, sizeof(event));
  return buffer;
}

Buffer record_of(const access_fold_key& key, const fold_value& value, uint64_t count) {
  access_event event{};
  fill_common(event, EVENT_ACCESS, key.actor, value, count);
  event.header.uid = key.uid;
  event.header.flags = key.target.start_ns == 0 ? static_cast<uint32_t>(EVENT_TARGET_BY_NUMBER) : 0;
  event.target = key.target;
  event.target_exec_id = key.target_exec_id;
  event.behavior = key.behavior;
  event.result = key.result;
  event.detail = key.detail;
  return bytes_of(event);
}

Buffer record_of(const network_fold_key& key, const fold_value& value, uint64_t count) {
  network_event event{};
  fill_common(event, EVENT_NETWORK, key.actor, value, count);
  event.header.uid = key.uid;
  event.behavior = key.behavior;
  event.result = key.result;
  event.family = key.family;
  event.port = key.port;
  event.protocol = key.protocol;
  event.socket_type = key.socket_type;
  std::memcpy(event.address, key.address, sizeof(event.address));
  return bytes_of(event);
}

template <typename Key>
std::vector<Key> keys_of(int map) {
  std::vector<Key> keys;
  Key key;
  for (int code = bpf_map_get_next_key(map, nullptr, &key); code == 0;
       code = bpf_map_get_next_key(map, &keys.back(), &key)) {
    keys.push_back(key);
  }
  return keys;
}

}  // namespace

template <typename Key>
void FoldReader::collect_map(int map, uint64_t now_ns, bool finish, std::vector<Buffer>& records) {
  for (const Key& key : keys_of<Key>(map)) {
    fold_value value{};
    if (bpf_map_lookup_elem(map, &key, &value) != 0) {
      continue;
    }
    std::string name(reinterpret_cast<const char*>(&key), sizeof(key));
    bool idle = finish || std::max(value.last_ns, value.window_ns) + kIdleNs < now_ns;
    if (idle) {
      bpf_map_lookup_and_delete_elem(map, &key, &value);
    }
    uint64_t& reported = reported_[name];
    if (value.total > reported) {
      records.push_back(record_of(key, value, value.total - reported));
      reported = value.total;
    }
    if (idle) {
      bpf_map_delete_elem(map, &key);
      reported_.erase(name);
    }
  }
}

std::vector<Buffer> FoldReader::collect(uint64_t now_ns, bool finish) {
  std::vector<Buffer> records;
  collect_map<access_fold_key>(access_map_, now_ns, finish, records);
  collect_map<network_fold_key>(network_map_, now_ns, finish, records);
  return records;
}

}  // namespace vedette::sensor
