import { beforeAll, describe, expect, it } from "vitest";
import { openPullSecret, seal } from "../../src/encrypt/index.ts";
import { renderManifest } from "../../src/render/index.ts";
import { Secret } from "../../src/secret.ts";
import { manifest, vectorIdentities } from "./fixtures.ts";

const FRAME = {
  name: "regcred",
  namespace: "apps",
  labels: { "app.kubernetes.io/managed-by": "regcred", team: "a" },
  annotations: { note: "yes" },
};
const ENTRY = { server: "harbor.example", username: "robot", password: new Secret("s3cret") };

let recipient: string;

beforeAll(async () => {
  recipient = (await vectorIdentities())[0]?.recipient ?? "";
});

async function sealed(config?: object): Promise<string> {
  const rendered = renderManifest(manifest([recipient]).wanted, FRAME, [ENTRY]);
  const json = config && new Secret(Buffer.from(JSON.stringify(config)).toString("base64"));
  const { text } = await seal(json === undefined ? rendered : { ...rendered, dockerConfigJson: json }, new Date(0));
  return text;
}

async function open(text: string) {
  return await openPullSecret(Buffer.from(text), "apps/regcred.sops.yaml", await vectorIdentities());
}

describe("a pull secret that was sealed", () => {
  it("opens to all that went into it", async () => {
    const opened = await open(await sealed());
    expect(opened).toMatchObject({ recipients: [recipient], frame: FRAME });
    expect(opened.entries.map(({ server, username, password }) => [server, username, password.reveal()])).toEqual([
      ["harbor.example", "robot", "s3cret"],
    ]);
  });

  it("names its recipients as it likes", async () => {
    const text = (await sealed()).replace(`recipient: ${recipient}`, "recipient: age1somebody");
    expect((await open(text)).recipients).toEqual(["age1somebody"]);
  });

  it.each([
    ["a label was changed", (text: string) => text.replace("team: a", "team: b")],
    ["a value was cut", (text: string) => text.replace(/(dockerconfigjson: ENC\[AES256_GCM,data:)..../, "$1")],
  ])("is refused when %s", async (_, spoil) => {
    await expect(open(spoil(await sealed()))).rejects.toMatchObject({ code: "sops-wrong-mac" });
  });

  it("is not as we write it when another rule says what is encrypted", async () => {
    const text = (await sealed()).replace("^(data|stringData)$", "^(data|stringData|more)$");
    expect((await open(text)).frame).toBeNull();
  });

  // What is empty is no value, and no MAC covers it.
  it.each([
    ["kind: Secret", "kind: Secret\nstringData: {}"],
    ["    name: regcred", "    name: regcred\n    finalizers: []"],
    ["team: a", "team: a\n        more: null"],
  ])("is not as we write it when something empty stands beside %s", async (line, more) => {
    const text = await sealed();
    expect(text).toContain(line);
    expect((await open(text.replace(line, more))).frame).toBeNull();
  });

  const auth = Buffer.from("robot:s3cret").toString("base64");
  const entry = { username: "robot", password: "s3cret", auth };
  it.each([
    ["has more than auths", { auths: { "harbor.example": entry }, credsStore: "x" }],
    ["has no auths", {}],
    ["has another auth than its password", { auths: { "harbor.example": { ...entry, password: "other" } } }],
    ["has an entry with more in it", { auths: { "harbor.example": { ...entry, email: "a@b" } } }],
    ["has an entry without a password", { auths: { "harbor.example": { username: "robot", email: "", auth } } }],
    ["has an entry that is none", { auths: { "harbor.example": 1 } }],
  ])("is not as we write it when its docker config %s", async (_, config) => {
    expect((await open(await sealed(config))).frame).toBeNull();
  });

  it("is not as we write it when its docker config is none", async () => {
    const rendered = renderManifest(manifest([recipient]).wanted, FRAME, [ENTRY]);
    const { text } = await seal({ ...rendered, dockerConfigJson: new Secret("none") }, new Date(0));
    expect(await open(text)).toMatchObject({ frame: null, entries: [] });
  });
});
