// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>

#include "output/stream.h"

namespace vedette::output {
namespace {

using Context = std::unique_ptr<SSL_CTX, decltype(&::SSL_CTX_free)>;
using Session = std::unique_ptr<SSL, decltype(&::SSL_free)>;

// The oldest of the errors OpenSSL has queued; the queue is emptied.
std::string tls_error(const std::string& otherwise) {
  unsigned long code = ::ERR_get_error();
  ::ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ::ERR_reason_error_string(code);
  return reason == nullptr ? otherwise : reason;
}

Result<Context> trusting(const std::string& ca_file) {
  Context context(::SSL_CTX_new(::TLS_client_method()), &::SSL_CTX_free);
  if (!context || ::SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1) {
    return fail("cannot set up TLS: " + tls_error("unknown"));
  }
  ::SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  ::SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  int loaded = ca_file.empty() ? ::SSL_CTX_set_default_verify_paths(context.get())
                               : ::SSL_CTX_load_verify_file(context.get(), ca_file.c_str());
  if (loaded != 1) {
    return fail("cannot use the certificates of " + (ca_file.empty() ? "the system" : ca_file) + ": " +
                tls_error("unknown"));
  }
  return context;
}

bool is_ip(const std::string& host) {
  in6_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1 || ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

// The certificate must be for the host; server name indication is of names alone (RFC 6066, 3).
bool expect_host(SSL* session, const std::string& host) {
  if (is_ip(host)) {
    return ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(session), host.c_str()) == 1;
  }
  ::SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return ::SSL_set_tlsext_host_name(session, host.c_str()) == 1 && ::SSL_set1_host(session, host.c_str()) == 1;
}

class TlsStream final : public Stream {
 public:
  TlsStream(Fd fd, Context context, Session session)
      : fd_(std::move(fd)), context_(std::move(context)), session_(std::move(session)) {}
  ~TlsStream() override {
    if (!broken_) {
      ::SSL_shutdown(session_.get());
    }
    ::ERR_clear_error();
  }

  Status handshake(Deadline deadline) {
    while (true) {
      ::ERR_clear_error();
      int result = ::SSL_connect(session_.get());
      if (result == 1) {
        broken_ = false;
        return {};
      }
      if (auto status = wait_after(result, deadline); !status) {
        return fail(status.error().context("TLS"));
      }
    }
  }

  Status send(std::string_view bytes, Deadline deadline) override {
    while (!bytes.empty()) {
      ::ERR_clear_error();
      int result = ::SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size()));
      if (result > 0) {
        bytes.remove_prefix(static_cast<size_t>(result));
      } else if (auto status = wait_after(result, deadline); !status) {
        return broken(status.error().context("cannot send"));
      }
    }
    return {};
  }

  Status check() override {
    char said[4096];
    int result = 0;
    do {
      ::ERR_clear_error();
      result = ::SSL_read(session_.get(), said, sizeof said);
    } while (result > 0);
    int error = ::SSL_get_error(session_.get(), result);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
      return {};
    }
    return broken({error == SSL_ERROR_ZERO_RETURN ? "the receiver closed the connection"
                                                  : "the connection is broken: " + reason(error)});
  }

  Status settle(Deadline deadline) override { return all_acknowledged(fd_.get(), deadline); }

 private:
  Status broken(Error error) {
    broken_ = true;
    return fail(std::move(error));
  }

  [[nodiscard]] std::string reason(int error) const {
    long verified = ::SSL_get_verify_result(session_.get());
    if (verified != X509_V_OK) {
      return std::string("the certificate is refused: ") + ::X509_verify_cert_error_string(verified);
    }
    return tls_error(error == SSL_ERROR_SYSCALL && errno != 0 ? std::generic_category().message(errno)
                                                              : "the receiver closed the connection");
  }

  // What an operation that did not succeed waits for.
  Status wait_after(int result, Deadline deadline) {
    int error = ::SSL_get_error(session_.get(), result);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
      return wait_for(fd_.get(), error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline);
    }
    return fail(reason(error));
  }

  Fd fd_;
  Context context_;
  Session session_;
  bool broken_ = true;  // after a fatal error SSL_shutdown(3) must not be called
};

}  // namespace

Result<std::unique_ptr<Stream>> connect_tls(const std::string& host, const std::string& port,
                                            const std::string& ca_file, Deadline deadline) {
  auto context = trusting(ca_file);
  if (!context) {
    return fail(context.error());
  }
  auto fd = connected_tcp(host, port, deadline);
  if (!fd) {
    return fail(fd.error());
  }
  Session session(::SSL_new(context->get()), &::SSL_free);
  if (!session || ::SSL_set_fd(session.get(), fd->get()) != 1 || !expect_host(session.get(), host)) {
    return fail("cannot set up TLS: " + tls_error("unknown"));
  }
  auto stream = std::make_unique<TlsStream>(std::move(*fd), std::move(*context), std::move(session));
  if (auto status = stream->handshake(deadline); !status) {
    return fail(status.error());
  }
  return stream;
}

}  // namespace vedette::output
