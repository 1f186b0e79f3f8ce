// SPDX-License-Identifier: Apache-2.0
#include "config/url.h"

#include <curl/curl.h>

#include <memory>

#include "base/text.h"
#include "config/egress.h"

namespace vedette::config {
namespace {

using Handle = std::unique_ptr<CURLU, decltype(&::curl_url_cleanup)>;

// "" when the URL has no such part.
std::string part(const Handle& url, CURLUPart which) {
  char* text = nullptr;
  if (::curl_url_get(url.get(), which, &text, 0) != CURLUE_OK) {
    return "";
  }
  std::unique_ptr<char, decltype(&::curl_free)> owned(text, &::curl_free);
  return text;
}

bool is_loopback(std::string host) {
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  }
  return lower(host) == "localhost" || contains(*parse_cidr("127.0.0.0/8"), host) || contains(*parse_cidr("::1"), host);
}

bool printable(const std::string& text) {
  return text.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%") ==
         std::string::npos;
}

}  // namespace

Result<Url> check_url(const std::string& text) {
  Handle url(::curl_url(), &::curl_url_cleanup);
  CURLUcode error = ::curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME);
  if (error != CURLUE_OK || !printable(text)) {
    return fail("expected a URL such as https://siem.example/alerts; found '" + text + "'");
  }
  std::string scheme = part(url, CURLUPART_SCHEME);
  std::string host = part(url, CURLUPART_HOST);
  if ((scheme != "https" && scheme != "http") || host.empty()) {
    return fail("expected a URL of https or http; found '" + text + "'");
  }
  if (!part(url, CURLUPART_USER).empty() || !part(url, CURLUPART_PASSWORD).empty()) {
    return fail("a URL must hold no user and no password: use token_file or token_credential");
  }
  if (!part(url, CURLUPART_FRAGMENT).empty()) {
    return fail("a URL that is posted to has no fragment; found '" + text + "'");
  }
  return Url{scheme == "https", is_loopback(host)};
}

}  // namespace vedette::config
