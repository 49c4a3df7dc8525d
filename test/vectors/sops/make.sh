#!/usr/bin/env bash
# Makes the vectors beside it anew with the real sops and age on PATH (3.13.3 and 1.3.2 made those that are checked in). The keys are thrown away on
# purpose: they protect nothing. Most files hold the plaintext of plain.yaml.
set -euo pipefail
cd "$(dirname "$0")"

rm -f ./*.sops.* keys.txt
age-keygen 2>/dev/null >keys.txt
age-keygen -pq 2>/dev/null >>keys.txt
age-keygen 2>/dev/null >stranger.txt
x25519=$(grep -o 'age1[a-z0-9]*$' keys.txt | head -n 1)
hybrid=$(grep -o 'age1pq1[a-z0-9]*$' keys.txt)
stranger=$(grep -o 'age1[a-z0-9]*$' stranger.txt)

encrypt() {
  local output=$1
  shift
  sops -e --input-type yaml --output-type "${output##*.}" "$@" plain.yaml >"$output"
}

encrypt default.sops.yaml --age "$x25519"
encrypt default.sops.json --age "$x25519"
encrypt hybrid.sops.yaml --age "$hybrid"
encrypt several.sops.yaml --age "$stranger,$hybrid,$x25519"
encrypt mac-only-encrypted.sops.yaml --age "$x25519" --mac-only-encrypted --encrypted-regex '^(data|harbor)$'
encrypt encrypted-regex.sops.yaml --age "$x25519" --encrypted-regex '^(data|harbor)$'
encrypt unencrypted-regex.sops.yaml --age "$x25519" --unencrypted-regex '^plain'
encrypt encrypted-suffix.sops.yaml --age "$x25519" --encrypted-suffix word
encrypt unencrypted-suffix.sops.yaml --age "$x25519" --unencrypted-suffix list
encrypt comment-regex.sops.yaml --age "$x25519" --encrypted-comment-regex secret
encrypt stranger.sops.yaml --age "$stranger"

printf 'creation_rules:\n  - key_groups:\n      - age: [%s]\n      - age: [%s]\n' "$x25519" "$stranger" >two-groups.yaml
sops --config two-groups.yaml -e plain.yaml >two-groups.sops.yaml
rm two-groups.yaml stranger.txt

printf "one: first\n---\ntwo: second\n" | sops -e --age "$x25519" --input-type yaml --output-type yaml /dev/stdin >documents.sops.yaml

# A pull secret with every string that is hard to quote, for comparison with what we write.
sops -e --age "$x25519" --encrypted-regex '^(data|stringData)$' --input-type json --output-type yaml secret.json >secret.sops.yaml

# go-yaml writes the text `<<` with a tag of its own.
printf '{"text": "<<", "list_plain": ["<<"]}' | sops -e --age "$x25519" --unencrypted-suffix _plain --input-type json --output-type yaml /dev/stdin >merge.sops.yaml
