// What `action.yml` declares; a test compares the two.

/** The commands of this version that a step can ask for. */
export const COMMANDS = ["apply", "plan", "check", "validate", "login"] as const;
export type Command = (typeof COMMANDS)[number];

/** Known, and refused by name. */
export const LATER_COMMANDS = ["images", "audit"] as const;

const EVERY = COMMANDS;
const CHECKS = ["apply", "plan", "check", "login"] as const;
const PLANS = ["apply", "plan"] as const;

/** Which commands read an input; none for those of later versions. */
export const INPUTS = {
  command: EVERY,
  config: EVERY,
  registries: CHECKS,
  clusters: PLANS,
  dir: PLANS,
  "dry-run": ["apply", "plan", "check", "validate"],
  repository: PLANS,
  base: PLANS,
  token: EVERY,
  "trusted-refs": EVERY,
  "fail-on": EVERY,
  timeout: CHECKS,
  concurrency: CHECKS,
  "allow-file": EVERY,
  adopt: PLANS,
  "allow-removals": PLANS,
  "docker-config": ["login"],
  check: ["login"],
  "app-client-id": [],
  "app-private-key": [],
  policy: [],
} as const satisfies Readonly<Record<string, readonly Command[]>>;

export type InputName = keyof typeof INPUTS;
