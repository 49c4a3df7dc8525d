import { BlockList, isIPv6 } from "node:net";

/** `forbidden`: nobody's registry lives there. `private`: only an in-house registry does. */
export type AddressKind = "public" | "private" | "forbidden";

const FORBIDDEN = blockList(
  [
    ["0.0.0.0", 8], // "this network"; 0.0.0.0 reaches the machine itself
    ["169.254.0.0", 16], // link-local, and the metadata service of most clouds
    ["224.0.0.0", 4], // multicast
    ["240.0.0.0", 4], // reserved, broadcast
    ["100.100.100.200", 32], // metadata: Alibaba
    ["192.0.0.192", 32], // metadata: Oracle
    ["168.63.129.16", 32], // metadata: Azure's wire server
  ],
  [
    ["::", 128],
    ["fe80::", 10],
    ["ff00::", 8],
    ["fd00:ec2::254", 128], // metadata: AWS
    ["fd20:ce::254", 128], // metadata: Google
  ],
);

const PRIVATE = blockList(
  [
    ["10.0.0.0", 8],
    ["172.16.0.0", 12],
    ["192.168.0.0", 16],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
  ],
  [
    ["::1", 128],
    ["fc00::", 7],
    ["fec0::", 10],
  ],
);

/**
 * Judges one IP address, as text, zone allowed. IPv4 inside IPv6 (mapped, or behind the NAT64 prefix of RFC 6052) is
 * judged as IPv4.
 */
export function judgeAddress(address: string): AddressKind {
  const [bare = ""] = address.split("%");
  const family = isIPv6(bare) ? "ipv6" : "ipv4";
  if (FORBIDDEN.check(bare, family)) return "forbidden";
  return PRIVATE.check(bare, family) ? "private" : "public";
}

type Subnet = readonly [network: string, bits: number];

function blockList(ipv4: readonly Subnet[], ipv6: readonly Subnet[]): BlockList {
  const list = new BlockList(); // applies its IPv4 rules to IPv4-mapped IPv6 by itself
  for (const [network, bits] of ipv4) {
    list.addSubnet(network, bits, "ipv4");
    list.addSubnet(`64:ff9b::${network}`, 96 + bits, "ipv6");
  }
  for (const [network, bits] of ipv6) list.addSubnet(network, bits, "ipv6");
  return list;
}
