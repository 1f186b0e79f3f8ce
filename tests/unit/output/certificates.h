// SPDX-License-Identifier: Apache-2.0
// An authority, and a certificate of it for localhost and 127.0.0.1, made by openssl(1) in a directory of their own.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace vedette::output {

class Certificates {
 public:
  // `names` as in subjectAltName: "DNS:localhost,IP:127.0.0.1"
  explicit Certificates(const std::string& names) {
    char made[] = "/tmp/vedette-certificates-XXXXXX";
    directory_ = ::mkdtemp(made);
    run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=authority -keyout "
        "ca.key "
        "-out ca.pem");
    run("openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=server -keyout server.key -out "
        "server.csr");
    run("printf subjectAltName=" + names +
        " > names && openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key "
        "-CAcreateserial -days 2 -extfile names -out server.pem");
  }
  ~Certificates() { std::filesystem::remove_all(directory_); }
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  [[nodiscard]] std::string authority() const { return directory_ / "ca.pem"; }
  [[nodiscard]] std::string certificate() const { return directory_ / "server.pem"; }
  [[nodiscard]] std::string key() const { return directory_ / "server.key"; }

 private:
  void run(const std::string& command) const {
    std::string quiet = "cd " + directory_.string() + " && (" + command + ") 2> said";
    EXPECT_EQ(std::system(quiet.c_str()), 0) << command;
  }

  std::filesystem::path directory_;
};

}  // namespace vedette::output
