/** The registry that logs in with Basic, and delivers everywhere. */
export const IN_HOUSE = { user: "robot$acme", variable: "IN_HOUSE_PASSWORD", image: "acme/api" } as const;

/** The registry that hands out tokens, and delivers to one namespace. */
export const PARTNER = { user: "acme-bot", variable: "PARTNER_TOKEN", image: "partner/tools" } as const;

/** The `registries.yaml` of the demo. */
export function configuration(
  hosts: { readonly inHouse: string; readonly partner: string },
  recipients: Readonly<Record<string, string>>,
): string {
  return `version: 1
name: demo

registries:
  in-house:
    type: generic
    host: ${hosts.inHouse}
    tls: { plainHttp: true }             # it listens on loopback alone
    auth:
      basic: { username: "${IN_HOUSE.user}", password: { env: ${IN_HOUSE.variable} } }
    canary: ${IN_HOUSE.image}:latest
    deliverTo: { clusters: all }

  partner:
    type: generic
    host: ${hosts.partner}
    tls: { plainHttp: true }
    auth:
      basic: { username: ${PARTNER.user}, password: { env: ${PARTNER.variable} } }
    canary: ${PARTNER.image}:latest
    deliverTo: { clusters: [prod-eu], namespaces: [apps] }

clusters:
  prod-eu:
    namespaces: [apps, payments]
    encrypt: { sops: { age: [${recipients["prod-eu"] ?? ""}] } }
  edge:
    namespaces: [shop]
    encrypt: { sops: { age: [${recipients["edge"] ?? ""}] } }
`;
}
