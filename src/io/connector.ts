import { lookup } from "node:dns";
import { connect as connectTcp, isIP } from "node:net";
import type { LookupFunction, Socket } from "node:net";
import { connect as connectTls, createSecureContext } from "node:tls";
import type { SecureContext } from "node:tls";
import type { buildConnector } from "undici";
import { defaultAuthorities } from "./authorities.ts";
import { judgeAddress } from "./address.ts";
import type { AddressKind } from "./address.ts";
import { RefusedAddress } from "./failure.ts";
import type { ConnectionOptions } from "./ports.ts";

/**
 * Opens the sockets of one registry's connections.
 *
 * Every address is judged after DNS has resolved it and right before it is connected to, so that no name can smuggle
 * one in (google/go-containerregistry#2440). Where the registry itself was first found decides for all that follows: at
 * a private address, private ones are open to its realms and redirects too; at a public one they are closed, also to
 * the registry's own name, should DNS change its mind.
 */
export class Connector {
  readonly #options: ConnectionOptions;
  readonly #trust: SecureContext;
  readonly #sockets = new Set<Socket>();
  readonly #reached = new Set<string>();
  #home: AddressKind | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#trust = trusting(options.ca);
  }

  readonly open: buildConnector.connector = (target, callback) => {
    const secure = target.protocol === "https:";
    try {
      const socket = secure ? this.#openTls(target) : connectTcp(this.#addressing(target));
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      let settled = false;
      const settle = (error: Error | null) => {
        if (settled) return;
        settled = true;
        if (error === null) callback(null, socket);
        else callback(error, null);
      };
      socket.once("error", settle);
      socket.once("close", () => {
        this.#sockets.delete(socket);
        settle(new Error("closed while connecting")); // or undici waits for it for ever
      });
      socket.once(secure ? "secureConnect" : "connect", () => {
        this.#reached.add(`${target.protocol}//${target.host ?? ""}`);
        settle(null);
      });
    } catch (error) {
      callback(error instanceof Error ? error : new Error("connect", { cause: error }), null);
    }
  };

  /** Whether a connection to this origin ever stood. */
  hasReached(url: URL): boolean {
    return this.#reached.has(url.origin);
  }

  /** Also ends what is still connecting, which undici would wait for. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #openTls(target: buildConnector.Options): Socket {
    const { serverName, insecure } = this.#options;
    const home = this.#isHome(target.hostname);
    const name = isIP(target.hostname) === 0 ? target.hostname : undefined; // RFC 6066, section 3: no addresses in SNI
    const servername = home ? (serverName ?? name) : name;
    return connectTls({
      ...this.#addressing(target),
      ...(servername === undefined ? {} : { servername }),
      secureContext: this.#trust,
      rejectUnauthorized: !(insecure && home),
      ALPNProtocols: ["http/1.1"],
    });
  }

  #addressing({ hostname, port, protocol }: buildConnector.Options) {
    const family = isIP(hostname);
    if (family !== 0) this.#admit(hostname, [{ address: hostname, family }]); // a literal is never looked up
    const defaultPort = protocol === "https:" ? 443 : 80;
    return {
      host: hostname,
      port: port === "" ? defaultPort : Number(port),
      autoSelectFamily: true,
      lookup: this.#lookup,
    };
  }

  readonly #lookup: LookupFunction = (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      try {
        callback(error, error === null ? this.#admit(hostname, addresses) : []);
      } catch (refusal) {
        callback(refusal instanceof Error ? refusal : new RefusedAddress("forbidden"), []);
      }
    });
  };

  #admit<Found extends { readonly address: string }>(hostname: string, found: readonly Found[]): Found[] {
    const judged = found.map((each) => ({ each, kind: judgeAddress(each.address) }));
    const usable = judged.filter(({ kind }) => kind !== "forbidden");
    if (usable.length === 0) throw new RefusedAddress("forbidden");
    if (this.#isHome(hostname)) this.#home ??= usable.every(({ kind }) => kind === "private") ? "private" : "public";
    const admitted = usable.filter(({ kind }) => kind === "public" || this.#home === "private");
    if (admitted.length === 0) throw new RefusedAddress("private");
    return admitted.map(({ each }) => each);
  }

  #isHome(hostname: string): boolean {
    return hostname === this.#options.origin.hostname.replace(/^\[|\]$/g, "");
  }
}

/**
 * With `ca`, Node.js drops its default list, so that we name it. That `ca` holds certificates was seen when it was read
 * (`certificates.ts`).
 */
function trusting(ca: string | undefined): SecureContext {
  const trusted = ca === undefined ? {} : { ca: [...defaultAuthorities(), ca] };
  return createSecureContext({ minVersion: "TLSv1.2", ...trusted });
}
