import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Certified {
  readonly key: string;
  readonly cert: string;
}

/** A throwaway certificate authority, made by openssl, with server certificates of several kinds. */
export interface Authority {
  readonly ca: string;
  readonly good: Certified;
  readonly wrongName: Certified;
  readonly expired: Certified;
  readonly future: Certified;
  readonly selfSigned: Certified;
}

export async function makeAuthority(): Promise<Authority> {
  const folder = await mkdtemp(join(tmpdir(), "regcred-tls-"));
  const openssl = (line: string) => run("openssl", line.split(" "), { cwd: folder });
  const read = (name: string) => readFile(join(folder, name), "utf8");
  const newKey = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
  try {
    await openssl(`req -x509 ${newKey} -keyout ca.key -out ca.crt -subj /CN=authority -days 2`);
    await openssl(
      `req -x509 ${newKey} -keyout self.key -out self.crt -subj /CN=self -days 2 -addext subjectAltName=IP:127.0.0.1`,
    );
    await writeFile(join(folder, "ca.cnf"), CA_CONFIG);
    const issue = async (name: string, san: string, from: string, to: string): Promise<Certified> => {
      await openssl(
        `req -new ${newKey} -keyout ${name}.key -out ${name}.csr -subj /CN=${name} -addext subjectAltName=${san}`,
      );
      await writeFile(join(folder, "index.txt"), "");
      const dates = `-startdate ${from} -enddate ${to}`;
      await openssl(`ca -batch -config ca.cnf -in ${name}.csr -out ${name}.crt -notext -create_serial ${dates}`);
      return { key: await read(`${name}.key`), cert: await read(`${name}.crt`) };
    };
    return {
      ca: await read("ca.crt"),
      good: await issue(
        "good",
        "IP:127.0.0.1,DNS:localhost,DNS:registry.example.com",
        "20200101000000Z",
        "20490101000000Z",
      ),
      wrongName: await issue("other", "DNS:other.example.com", "20200101000000Z", "20490101000000Z"),
      expired: await issue("expired", "IP:127.0.0.1", "20200101000000Z", "20200201000000Z"),
      future: await issue("future", "IP:127.0.0.1", "20480101000000Z", "20490101000000Z"),
      selfSigned: { key: await read("self.key"), cert: await read("self.crt") },
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const CA_CONFIG = `
[ca]
default_ca = it
[it]
database = index.txt
new_certs_dir = .
serial = serial
certificate = ca.crt
private_key = ca.key
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
`;
