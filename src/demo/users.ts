type Right = "none" | "pull" | "push";

export interface User {
  readonly password: string;
  /** `push` (the default) holds the right to pull; `none` may log in, and no more. */
  readonly right?: Right;
}

const GRANTED: Readonly<Record<Right, readonly string[]>> = { none: [], pull: ["pull"], push: ["pull", "push"] };

/** Who may do what in the embedded registry. Passwords can change while it runs. */
export class Users {
  readonly #users: Map<string, User>;

  constructor(users: Readonly<Record<string, User>>) {
    this.#users = new Map(Object.entries(users));
  }

  setPassword(name: string, password: string): void {
    this.#users.set(name, { ...this.#users.get(name), password });
  }

  /** The name of who logs in with this `Basic` header; null for nobody, and for a wrong password. */
  authenticate(header: string | undefined): string | null {
    const [, encoded = ""] = /^Basic ([\w+/=]+)$/i.exec(header ?? "") ?? [];
    const [, name = "", password = ""] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, "base64").toString("utf8")) ?? [];
    const user = this.#users.get(name);
    return user !== undefined && password !== "" && user.password === password ? name : null;
  }

  /** What of these actions the user may do. */
  grant(name: string, actions: readonly string[]): readonly string[] {
    const user = this.#users.get(name);
    const granted = user === undefined ? [] : GRANTED[user.right ?? "push"];
    return actions.filter((action) => granted.includes(action));
  }
}
