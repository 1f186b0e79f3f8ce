// SPDX-License-Identifier: Apache-2.0
#include "commands/control.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>

namespace vedette::commands {
namespace {

constexpr timeval kPatience{.tv_sec = 0, .tv_usec = 200'000};

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return fail("the path " + path + " is too long for a socket; use a shorter state directory");
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

// unix(7) SO_PEERCRED: as it was when the peer connected.
bool may_ask(int peer) {
  ucred credentials{};
  socklen_t size = sizeof(credentials);
  bool known = ::getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0;
  return known && (credentials.uid == 0 || credentials.uid == ::geteuid());
}

using Json = nlohmann::ordered_json;

MonitorStatus status_from(const Json& json) {
  const Json& rules = json.at("rules");
  return {.servers = json.at("servers"),
          .rules = {.digest = rules.at("digest"),
                    .live = rules.at("live"),
                    .dead = rules.at("dead"),
                    .loaded = rules.at("loaded"),
                    .stale = rules.at("stale"),
                    .errors = rules.at("errors")}};
}

}  // namespace

std::string to_json(const MonitorStatus& status) {
  const RuleStatus& rules = status.rules;
  Json json = {{"servers", status.servers},
               {"rules",
                {{"digest", rules.digest},
                 {"live", rules.live},
                 {"dead", rules.dead},
                 {"loaded", rules.loaded},
                 {"stale", rules.stale},
                 {"errors", rules.errors}}}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<MonitorStatus> status_from_json(const std::string& json) {
  try {
    return status_from(Json::parse(json));
  } catch (const std::exception&) {
    return fail("the monitor's answer cannot be understood; is it of another version?");
  }
}

std::string stale_text(const RuleStatus& rules) {
  std::string text = "the running rules, loaded " + rules.loaded + ", are older than the files, which have mistakes:";
  for (const std::string& error : rules.errors) {
    text += "\n    " + error;
  }
  return text;
}

Result<ControlSocket> ControlSocket::listen(const std::string& path) {
  auto address = address_of(path);
  if (!address) {
    return fail(address.error());
  }
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  ::unlink(path.c_str());
  ::fchmod(fd.get(), S_IRUSR | S_IWUSR);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof(*address)) != 0 ||
      ::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0 || ::listen(fd.get(), 8) != 0) {
    return fail_errno("cannot listen on " + path);
  }
  return ControlSocket(path, std::move(fd));
}

ControlSocket::~ControlSocket() {
  if (fd_) {
    ::unlink(path_.c_str());
  }
}

void ControlSocket::answer(const std::function<std::string()>& text) const {
  Fd peer(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!peer || !may_ask(peer.get())) {
    return;
  }
  ::setsockopt(peer.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof(kPatience));
  std::string answer = text();
  std::string_view rest = answer;
  while (!rest.empty()) {
    ssize_t n = ::send(peer.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (n <= 0) {
      return;
    }
    rest.remove_prefix(static_cast<size_t>(n));
  }
}

Result<std::string> ask(const std::string& path) {
  auto address = address_of(path);
  if (!address) {
    return fail(address.error());
  }
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof(*address)) != 0) {
    return fail_errno("no running monitor answers on " + path);
  }
  std::string text;
  std::array<char, 4096> buffer{};
  ssize_t n = 0;
  while ((n = ::read(fd.get(), buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<size_t>(n));
  }
  return text;
}

Result<MonitorStatus> ask_status(const std::string& path) {
  auto answer = ask(path);
  return answer ? status_from_json(*answer) : Result<MonitorStatus>(fail(answer.error()));
}

}  // namespace vedette::commands
