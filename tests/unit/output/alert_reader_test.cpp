// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "alerts.h"
#include "output/format.h"
#include "output/json.h"

namespace vedette::output {
namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;

std::string again(const std::string& text) {
  auto alert = alert_from_json(text);
  return alert ? to_json(*alert) : alert.error().message;
}

// The error when `value` is at `pointer`; a missing value takes the key away.
std::string error_of(const std::string& pointer, const std::optional<Json>& value) {
  Json json = Json::parse(to_json(full_alert()));
  Json::json_pointer place(pointer);
  if (value) {
    json[place] = *value;
  } else {
    json[place.parent_pointer()].erase(place.back());
  }
  auto alert = alert_from_json(json.dump());
  return alert ? "" : alert.error().message;
}

TEST(AlertReader, IsTheInverseOfWriting) {
  for (const Alert& alert : many_alerts()) {
    std::string text = to_json(alert);
    EXPECT_EQ(again(text), text);
  }
}

TEST(AlertReader, ReadsTheLimits) {
  Alert alert = full_alert();
  alert.count = alert.lost_before = std::numeric_limits<uint64_t>::max();
  alert.time = alert.last_seen = std::numeric_limits<uint64_t>::max();
  alert.actor->pid = std::numeric_limits<uint32_t>::max();
  alert.actor->uid = std::numeric_limits<uint32_t>::max();
  alert.actor->start_time = 0;
  alert.network->port = std::numeric_limits<uint16_t>::max();
  EXPECT_EQ(again(to_json(alert)), to_json(alert));
  EXPECT_EQ(alert_from_json(to_json(alert))->time, alert.time);
}

TEST(AlertReader, ReadsRecordedAlerts) {
  for (const char* name : {"environ-reads", "read-then-sent", "shell-started"}) {
    std::ifstream file(VEDETTE_SOURCE_DIR "/tests/recordings/" + std::string(name) + ".jsonl");
    size_t lines = 0;
    for (std::string line; std::getline(file, line); ++lines) {
      EXPECT_EQ(again(line), line);
    }
    EXPECT_GT(lines, 0U) << name;
  }
}

TEST(AlertReader, AbsentOptionalsAndUnknownKeysAreNoMistake) {
  EXPECT_EQ(error_of("/opener", std::nullopt), "");
  EXPECT_EQ(error_of("/events/0/opener", std::nullopt), "");
  EXPECT_EQ(error_of("/later", Json("addition")), "");
}

TEST(AlertReader, NamesTheMissingKey) {
  const std::string prefix = "not an alert of vedette.alert/1: ";
  EXPECT_EQ(error_of("/id", std::nullopt), prefix + "id: is missing");
  EXPECT_EQ(error_of("/host/boot_id", std::nullopt), prefix + "host.boot_id: is missing");
  EXPECT_EQ(error_of("/actor/user/name", std::nullopt), prefix + "actor.user.name: is missing");
  EXPECT_EQ(error_of("/actor/ancestors/1/pid", std::nullopt), prefix + "actor.ancestors[1].pid: is missing");
  EXPECT_EQ(error_of("/events/1/network/port", std::nullopt), prefix + "events[1].network.port: is missing");
}

// Every key but the two that may be absent, at every depth.
void expect_required(const Json& json, const std::string& pointer) {
  for (const auto& [key, value] : json.items()) {
    std::string here = pointer + "/" + key;
    if (json.is_object() && key != "opener" && key != "object") {
      EXPECT_THAT(error_of(here, std::nullopt), HasSubstr(key + ": is missing")) << here;
    }
    if (value.is_structured()) {
      expect_required(value, here);
    }
  }
}

TEST(AlertReader, EveryKeyIsRequired) { expect_required(Json::parse(to_json(full_alert())), ""); }

TEST(AlertReader, EveryValueHasItsType) {
  const Json alert = Json::parse(to_json(full_alert())).flatten();
  for (const auto& [pointer, value] : alert.items()) {
    for (const Json& wrong : {value.is_string() ? Json(1) : Json("1"), Json::object(), Json::array()}) {
      EXPECT_TRUE(value.is_null() || error_of(pointer, wrong).find("expected") != std::string::npos) << pointer;
    }
  }
}

TEST(AlertReader, SaysWhatWasExpectedAndFound) {
  const std::string prefix = "not an alert of vedette.alert/1: ";
  EXPECT_EQ(error_of("/actor/pid", Json(-1)), prefix + "actor.pid: expected a number from 0 to 4294967295, found -1");
  EXPECT_EQ(error_of("/network/port", Json(65536)),
            prefix + "network.port: expected a number from 0 to 65535, found 65536");
  EXPECT_EQ(error_of("/count", Json(1.5)),
            prefix + "count: expected a number from 0 to 18446744073709551615, found 1.5");
  EXPECT_EQ(error_of("/outcome", Json("lost")),
            prefix + "outcome: expected one of allowed, denied, blocked, found \"lost\"");
  EXPECT_EQ(error_of("/schema", Json("vedette.alert/2")),
            prefix + "schema: expected one of vedette.alert/1, found \"vedette.alert/2\"");
  EXPECT_EQ(error_of("/rule/tags/0", Json()), prefix + "rule.tags[0]: expected a text, found null");
  EXPECT_EQ(error_of("/events", Json::object()), prefix + "events: expected an array, found an object");
  EXPECT_EQ(error_of("/actor", Json(1)), prefix + "actor: expected an object, found 1");
  EXPECT_THAT(error_of("/message", Json()), HasSubstr("message: expected a text"));
}

TEST(AlertReader, TimesAreExactlyAsWritten) {
  for (const char* time : {"2026-11-21T02:03:04Z", "2026-11-21T02:03:04.123456789", "2026-11-21T02:03:04.12345678Z",
                           "2026-02-30T02:03:04.123456789Z", "1969-12-31T23:59:59.000000000Z", "",
                           "2026-11-21T02:03:04.123456789+00:00", "9999-11-21T02:03:04.123456789Z", "yesterday"}) {
    EXPECT_THAT(error_of("/time", Json(time)), HasSubstr("time: expected a time such as")) << time;
  }
}

TEST(AlertReader, RefusesWhatIsNoJsonObject) {
  EXPECT_THAT(again(""), HasSubstr("no JSON"));
  EXPECT_THAT(again(to_json(full_alert()) + "{"), HasSubstr("no JSON"));
  EXPECT_THAT(again(to_json(full_alert()).substr(0, 100)), HasSubstr("no JSON"));
  EXPECT_THAT(again("[]"), HasSubstr("expected an object, found an array"));
  EXPECT_THAT(again("\"\xff\""), HasSubstr("no JSON"));
  EXPECT_THAT(again(std::string(100'000, '[')), HasSubstr("no JSON"));
}

}  // namespace
}  // namespace vedette::output
