// SPDX-License-Identifier: Apache-2.0
// Posting to one URL.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "output/sinks.h"

namespace vedette::output {

struct HttpReply {
  long status = 0;
  std::string body;                     // the first kilobytes
  std::chrono::seconds retry_after{0};  // RFC 9110, 10.2.3; at most an hour
};

// Certificates are verified, redirects not followed. Keeps the connection open between requests.
class HttpClient {
 public:
  explicit HttpClient(HttpOptions options);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // An error when no answer came, or the token cannot be read. The token is read for each request.
  Result<HttpReply> post(const std::string& body, const std::vector<std::string>& headers);
  // The next request connects anew.
  void reopen();
  [[nodiscard]] const std::string& url() const { return options_.url; }

 private:
  struct Handle;

  HttpOptions options_;
  std::unique_ptr<Handle> handle_;
};

}  // namespace vedette::output
