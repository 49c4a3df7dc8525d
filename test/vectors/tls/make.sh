#!/usr/bin/env bash
# Makes the throwaway certificate authority of the TLS tests, with server certificates of several kinds. Run by hand with OpenSSL 3;
# what it made is checked in, so that the tests need Node.js and git alone.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

new_key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
cat > "$work/ca.cnf" <<CONFIG
[ca]
default_ca = throwaway
[throwaway]
new_certs_dir = $work
database = $work/index.txt
serial = $work/serial
private_key = $work/ca.key
certificate = ca.crt
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
CONFIG

# issue NAME SUBJECT_ALT_NAME FROM TO: a certificate of the authority, with its key.
issue() {
  openssl req -new "${new_key[@]}" -keyout "$1.key" -out "$work/$1.csr" -subj "/CN=$1" -addext "subjectAltName=$2"
  : > "$work/index.txt"
  openssl ca -batch -config "$work/ca.cnf" -in "$work/$1.csr" -out "$1.crt" -notext -create_serial -startdate "$3" -enddate "$4"
}

openssl req -x509 "${new_key[@]}" -keyout "$work/ca.key" -out ca.crt -subj /CN=authority -days 8000
openssl req -x509 "${new_key[@]}" -keyout self-signed.key -out self-signed.crt -subj /CN=self -days 8000 -addext subjectAltName=IP:127.0.0.1
issue good "IP:127.0.0.1,DNS:localhost,DNS:registry.example.com" 20200101000000Z 20450101000000Z
issue wrong-name DNS:other.example.com 20200101000000Z 20450101000000Z
issue expired IP:127.0.0.1 20200101000000Z 20200201000000Z
issue future IP:127.0.0.1 20440101000000Z 20450101000000Z
