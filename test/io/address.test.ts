import { expect, it } from "vitest";
import { judgeAddress } from "../../src/io/address.ts";

it.each([
  ["1.1.1.1", "public"],
  ["2606:4700::1111", "public"],
  ["64:ff9b::8.8.8.8", "public"],
  ["10.1.2.3", "private"],
  ["172.16.0.1", "private"],
  ["172.32.0.1", "public"],
  ["192.168.1.1", "private"],
  ["100.64.0.1", "private"],
  ["127.0.0.53", "private"],
  ["::1", "private"],
  ["fd12::1", "private"],
  ["::ffff:127.0.0.1", "private"],
  ["::ffff:7f00:1", "private"],
  ["64:ff9b::10.0.0.1", "private"],
  ["169.254.169.254", "forbidden"],
  ["::ffff:169.254.169.254", "forbidden"],
  ["::ffff:a9fe:a9fe", "forbidden"],
  ["64:ff9b::a9fe:a9fe", "forbidden"],
  ["100.100.100.200", "forbidden"],
  ["fd00:ec2::254", "forbidden"],
  ["fe80::1", "forbidden"],
  ["fe80::1%eth0", "forbidden"],
  ["0.0.0.0", "forbidden"],
  ["::", "forbidden"],
  ["::ffff:0.0.0.0", "forbidden"],
  ["224.0.0.1", "forbidden"],
  ["255.255.255.255", "forbidden"],
  ["ff02::1", "forbidden"],
] as const)("judges %s as %s", (address, kind) => {
  expect(judgeAddress(address)).toBe(kind);
});
