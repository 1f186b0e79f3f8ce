// SPDX-License-Identifier: Apache-2.0
#include "output/http.h"

#include <curl/curl.h>

#include <algorithm>
#include <mutex>

#include "output/token.h"

namespace vedette::output {
namespace {

constexpr size_t kBodyKept = 4096;
constexpr size_t kBodyRead = size_t{1} << 20U;  // after which the connection is dropped
constexpr std::chrono::seconds kLongestRetryAfter{3600};

void start_curl() {
  static std::once_flag once;
  std::call_once(once, [] { ::curl_global_init(CURL_GLOBAL_DEFAULT); });
}

struct Received {
  std::string kept;
  size_t read = 0;
};

size_t take_body(const char* data, size_t size, size_t count, void* context) {
  auto& received = *static_cast<Received*>(context);
  size_t bytes = size * count;
  received.kept.append(data, std::min(bytes, kBodyKept - received.kept.size()));
  received.read += bytes;
  return received.read > kBodyRead ? 0 : bytes;
}

class Headers {
 public:
  Headers(const HttpOptions& options, const std::vector<std::string>& headers, const std::string& token) {
    add("Content-Type: " + options.content_type);
    add("Expect:");
    std::ranges::for_each(headers, [this](const std::string& header) { add(header); });
    if (!token.empty()) {
      add("Authorization: " + options.token_scheme + " " + token);
    }
  }
  ~Headers() { ::curl_slist_free_all(list_); }
  Headers(const Headers&) = delete;
  Headers& operator=(const Headers&) = delete;
  [[nodiscard]] curl_slist* get() const { return list_; }

 private:
  void add(const std::string& header) { list_ = ::curl_slist_append(list_, header.c_str()); }

  curl_slist* list_ = nullptr;
};

// What a server says is logged; some repeat the token.
std::string without(std::string text, const std::string& token) {
  for (size_t at = 0; !token.empty() && (at = text.find(token, at)) != std::string::npos;) {
    text.replace(at, token.size(), "<token>");
  }
  return text;
}

}  // namespace

struct HttpClient::Handle {
  Handle() { start_curl(), curl = ::curl_easy_init(); }
  ~Handle() { ::curl_easy_cleanup(curl); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  template <typename Value>
  void set(CURLoption option, Value value) {
    wrong = wrong == CURLE_OK ? ::curl_easy_setopt(curl, option, value) : wrong;
  }

  void configure(const HttpOptions& options);
  CURLcode perform(const std::string& request, const Headers& headers, Received& received);
  [[nodiscard]] HttpReply reply(std::string body) const;

  CURL* curl = nullptr;
  CURLcode wrong = CURLE_OK;  // of setting options
  char error[CURL_ERROR_SIZE] = "";
};

// Proxies are those of the environment, for https alone: what goes in clear goes there directly.
void HttpClient::Handle::configure(const HttpOptions& options) {
  set(CURLOPT_URL, options.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_ERRORBUFFER, error);
  set(CURLOPT_USERAGENT, "vedette");
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout.count()));
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.timeout.count() / 2));
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_WRITEFUNCTION, &take_body);
  if (!options.ca_file.empty()) {
    set(CURLOPT_CAINFO, options.ca_file.c_str());
    set(CURLOPT_CAPATH, nullptr);
  }
  if (options.url.starts_with("http:")) {
    set(CURLOPT_NOPROXY, "*");
  }
}

CURLcode HttpClient::Handle::perform(const std::string& request, const Headers& headers, Received& received) {
  set(CURLOPT_HTTPHEADER, headers.get());
  set(CURLOPT_POSTFIELDS, request.c_str());
  set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.size()));
  set(CURLOPT_WRITEDATA, &received);
  return wrong == CURLE_OK ? ::curl_easy_perform(curl) : wrong;
}

HttpReply HttpClient::Handle::reply(std::string body) const {
  HttpReply reply{.body = std::move(body)};
  curl_off_t wait = 0;
  ::curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply.status);
  ::curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait);
  reply.retry_after = std::clamp(std::chrono::seconds(wait), std::chrono::seconds(0), kLongestRetryAfter);
  return reply;
}

HttpClient::HttpClient(HttpOptions options) : options_(std::move(options)) {}
HttpClient::~HttpClient() = default;

void HttpClient::reopen() { handle_.reset(); }

Result<HttpReply> HttpClient::post(const std::string& body, const std::vector<std::string>& headers) {
  auto token = bearer_token(options_.token_file, options_.token_credential);
  if (!token) {
    return fail(token.error());
  }
  if (!handle_) {
    handle_ = std::make_unique<Handle>();
    handle_->configure(options_);
  }
  Received received;
  CURLcode result = handle_->perform(body, Headers(options_, headers, *token), received);
  if (result == CURLE_OK || (result == CURLE_WRITE_ERROR && received.read > kBodyRead)) {
    return handle_->reply(without(std::move(received.kept), *token));
  }
  std::string why = handle_->error[0] != '\0' ? handle_->error : ::curl_easy_strerror(result);
  handle_.reset();
  return fail(why);
}

}  // namespace vedette::output
