# SPDX-License-Identifier: Apache-2.0
"""A certificate for localhost that is its own authority."""
import subprocess


def make(directory):
    """(certificate, key)"""
    certificate, key = directory / "cert.pem", directory / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-out", certificate, "-keyout", key]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return certificate, key
