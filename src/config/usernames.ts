import type { Finding } from "./finding.ts";

/** How a user name looks when it was spoilt on its way here, in words that do not repeat it, and what to do. */
type Row = readonly [spoilt: RegExp, what: string, hint: string];

const ENCODED: Row = [
  /%(?:2B|24)/iu,
  "is encoded as in a URL",
  "write `+` and `$` themselves, and put the name in single quotes",
];
const ESCAPED: Row = [
  /\$\$|\\\$/u,
  "has a `$` that is escaped as for a shell",
  "write one `$` and no more: YAML knows no variables",
];
/** A URL decoder reads `+` as a space, which no user name of these registries has. */
const DECODED: Row = [
  /^\S+ \S+$/u,
  "has a space, most likely where the registry's own name for it has `+`",
  "write it exactly as the registry shows it, in single quotes",
];

/** Only what is hardly ever meant; where a name can be right after all, its check tells. */
const SPOILT: Readonly<Partial<Record<string, readonly Row[]>>> = {
  gitlab: [ENCODED, [/^gitlab deploy-token-\d+$/u, DECODED[1], DECODED[2]]],
  quay: [
    ENCODED,
    ESCAPED,
    DECODED,
    [
      /^(?:oauthtoken|app|token)$/u,
      "has lost the `$` that such a name starts with at Quay",
      "write '$oauthtoken', '$app' or '$token', in single quotes",
    ],
    [
      /^\$(?!oauthtoken$|app$|token$)/u,
      "starts with `$`, and is none of the three such names that Quay has",
      "they are `$oauthtoken`, `$app` and `$token`; a robot account is `ORGANISATION+ROBOT`",
    ],
  ],
  harbor: [
    ENCODED,
    ESCAPED,
    DECODED,
    [
      /^robot(?:\+|$)/u,
      "has lost what follows `robot`: most likely a shell or `envsubst` took it for a variable",
      "write 'robot$PROJECT+NAME' as Harbor shows it, in single quotes, and keep `envsubst` away from this file",
    ],
  ],
};

/** A note on a user name that was most likely spoilt by a shell, `envsubst` or a URL; undefined for all others. */
export function doubtUsername(name: string, type: unknown): Omit<Finding, "at"> | undefined {
  const rows = typeof type === "string" && Object.hasOwn(SPOILT, type) ? SPOILT[type] : undefined;
  const [, what, hint] = rows?.find(([spoilt]) => spoilt.test(name)) ?? [];
  return what === undefined ? undefined : { code: "doubtful-username", message: what, hint };
}
