// SPDX-License-Identifier: Apache-2.0
// Reads requests with a body and answers them.
#pragma once

#include <cctype>
#include <functional>
#include <map>
#include <string>

#include "test_server.h"

namespace vedette::output {

struct Request {
  std::string line;                            // "POST /alerts HTTP/1.1"
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

inline std::string http_answer(int status, const std::string& headers = "", const std::string& body = "") {
  return "HTTP/1.1 " + std::to_string(status) + " Answer\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         headers + "\r\n" + body;
}

// One request; without a line at the end.
inline Request read_request(Peer& peer) {
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {
    std::string next = peer.read(1);
    if (next.empty()) {
      return {};
    }
    head += next;
  }
  Request request{.line = head.substr(0, head.find("\r\n"))};
  for (size_t begin = request.line.size() + 2; begin + 2 < head.size();) {
    size_t end = head.find("\r\n", begin);
    std::string header = head.substr(begin, end - begin);
    std::string name = header.substr(0, header.find(':'));
    for (char& c : name) {
      c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    request.headers[name] = header.substr(std::min(header.size(), name.size() + 2));
    begin = end + 2;
  }
  request.body = peer.read(std::stoul(request.headers["content-length"]));
  return request;
}

using Answer = std::function<std::string(const Request&)>;

inline TestServer::Serve answering(Answer answer) {
  return [answer = std::move(answer)](Peer& peer) {
    for (Request request = read_request(peer); !request.line.empty(); request = read_request(peer)) {
      peer.write(answer(request));
    }
  };
}

}  // namespace vedette::output
